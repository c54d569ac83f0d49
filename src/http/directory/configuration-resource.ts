/** A version of configuration as clients see it: its body beside key, version and author. Pure. */
import type { ConfigurationEntry } from '../../directory/configuration.js';
import { toInstantText } from '../input/instant.js';

export function configurationResource(entry: ConfigurationEntry) {
  const { key, version, body, createdAt, createdBy } = entry;
  return { key, version, ...body, createdAt: toInstantText(createdAt), createdBy };
}
