/** What this folder and that of the customers add to the module of HTTP: controllers, and what they are made of. */
import { CustomerDesk } from '../customers/customer-desk.service.js';
import { CustomersController } from '../customers/customers.controller.js';
import { CaseContextController } from './case-context.controller.js';
import { CaseContextReader } from './case-context.service.js';
import { ContactsController } from './contacts.controller.js';
import { Contacts } from './contacts.service.js';
import { DepartmentPeople } from './department-people.service.js';
import { RoutingController } from './routing.controller.js';
import { StaffController } from './staff.controller.js';

export const PEOPLE_CONTROLLERS = [
  CustomersController,
  CaseContextController,
  RoutingController,
  StaffController,
  ContactsController,
];

export const PEOPLE_PROVIDERS = [CustomerDesk, CaseContextReader, Contacts, DepartmentPeople];
