/** A version of configuration as clients see it: its body beside key, version and author. Pure. */
import type { ConfigurationEntry } from '../../directory/configuration.js';
import type { Staff, StaffRole } from '../../directory/staff.js';
import { toInstantText } from '../input/instant.js';

export function configurationResource(entry: ConfigurationEntry, staff: Staff) {
  const { kind, key, version, body, createdAt, createdBy } = entry;
  const people = kind === 'department' ? peopleOf(key, staff) : {};
  return { key, version, ...body, ...people, createdAt: toInstantText(createdAt), createdBy };
}

/** Whom an agent can turn to (A9). */
function peopleOf(department: string, staff: Staff): object {
  const here = staff.list().filter((person) => person.active && person.department === department);
  const named = (role: StaffRole) =>
    here.filter((person) => person.role === role).map(({ id, name }) => ({ id, name }));
  return { lead: named('lead')[0] ?? null, members: named('member') };
}
