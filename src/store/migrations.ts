/** Every migration, oldest first. A released one is never changed. */
import { Cases1795305600000 } from './migrations/1795305600000-cases.js';
import { Work1795305600001 } from './migrations/1795305600001-work.js';
import { Directory1795305600002 } from './migrations/1795305600002-directory.js';
import { AuditViews1795305600003 } from './migrations/1795305600003-audit-views.js';
import { Delivery1795305600004 } from './migrations/1795305600004-delivery.js';
import { People1795305600005 } from './migrations/1795305600005-people.js';

export const MIGRATIONS = [
  Cases1795305600000,
  Work1795305600001,
  Directory1795305600002,
  AuditViews1795305600003,
  Delivery1795305600004,
  People1795305600005,
];
