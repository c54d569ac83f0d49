/** Every migration, oldest first. A released one is never changed. */
import { Cases1795305600000 } from './migrations/1795305600000-cases.js';
import { Work1795305600001 } from './migrations/1795305600001-work.js';
import { Directory1795305600002 } from './migrations/1795305600002-directory.js';
import { AuditViews1795305600003 } from './migrations/1795305600003-audit-views.js';
import { Delivery1795305600004 } from './migrations/1795305600004-delivery.js';
import { People1795305600005 } from './migrations/1795305600005-people.js';
import { Inbound1795305600007 } from './migrations/1795305600007-inbound.js';
import { Endpoints1795305600010 } from './migrations/1795305600010-endpoints.js';
import { HouseInbox1795305600011 } from './migrations/1795305600011-house-inbox.js';
import { Identity1795305600012 } from './migrations/1795305600012-identity.js';
import { JournalChain1795305600013 } from './migrations/1795305600013-journal-chain.js';
import { Privacy1795305600014 } from './migrations/1795305600014-privacy.js';
import { Limits1795305600015 } from './migrations/1795305600015-limits.js';
import { Compatibility1795305600016 } from './migrations/1795305600016-compatibility.js';
import { DeadlinesOnce1795305600017 } from './migrations/1795305600017-deadlines-once.js';

export const MIGRATIONS = [
  Cases1795305600000,
  Work1795305600001,
  Directory1795305600002,
  AuditViews1795305600003,
  Delivery1795305600004,
  People1795305600005,
  Inbound1795305600007,
  Endpoints1795305600010,
  HouseInbox1795305600011,
  Identity1795305600012,
  JournalChain1795305600013,
  Privacy1795305600014,
  Limits1795305600015,
  Compatibility1795305600016,
  DeadlinesOnce1795305600017,
];

/**
 * The newest migration that a build must know to run on this schema (docs/operating.md). A build of before may run
 * beside this one, or take its place again, as long as the later ones only added. Raise it with one that takes away
 * what older builds use; such a one needs all of them stopped.
 */
export const FLOOR: string = DeadlinesOnce1795305600017.name;
