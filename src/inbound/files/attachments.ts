/**
 * Files of a case: keeps those that were checked, lists them, gives one back. Knows no rule about what is taken
 * (`inspect-file.ts`) and nobody who may see them.
 */
import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { Instant } from '../../domain/actor.js';
import { DependencyUnavailable } from '../../store/database-errors.js';
import type { NowSql } from '../../store/now.js';
import { runStatement } from '../../store/statement.js';
import type { CheckedFile } from './inspect-file.js';

export interface Attachment {
  readonly id: string;
  readonly name: string;
  readonly mediaType: string;
  /** Bytes. */
  readonly size: number;
  /** Id of the message that brought it; null: it was put there. */
  readonly messageId: string | null;
  readonly createdAt: Instant;
}

/** A case with more files is no case any more but an archive. */
export const FILES_PER_CASE_MAX = 100;

interface Row {
  id: string;
  name: string;
  media_type: string;
  size: number;
  message_id: string | null;
  created_at: Instant;
}
const COLUMNS = 'id, name, media_type, size, message_id, created_at';

export class Attachments {
  constructor(
    private readonly pool: pg.Pool,
    private readonly now: NowSql,
  ) {}

  /**
   * Keeps a file. The same origin again keeps nothing twice. The case is held while it is written, so that an erasure
   * comes before or after, and not in between.
   * @param origin tells this arrival of this file from every other one.
   * @returns null for a case that was erased: it keeps nothing any more
   */
  async keep(
    caseId: string,
    origin: string,
    { name, mediaType, bytes }: CheckedFile,
    messageId: string | null,
  ): Promise<Attachment | null> {
    const id = idOf(caseId, origin);
    const [row] = await runStatement<Row>(this.pool, {
      text: `WITH kept AS (
         INSERT INTO attachments (case_id, id, message_id, name, media_type, size, content, created_at)
         SELECT $1, $2, $3, $4, $5, $6, $7, ${this.now}
         FROM (SELECT FROM cases WHERE id = $1 AND NOT context ? 'erasedAt' FOR SHARE) AS standing
         ON CONFLICT DO NOTHING RETURNING ${COLUMNS})
       SELECT * FROM kept UNION ALL SELECT ${COLUMNS} FROM attachments WHERE case_id = $1 AND id = $2`,
      values: [caseId, id, messageId, name, mediaType, bytes.length, bytes],
    });
    if (row !== undefined) return toAttachment(row);
    if (await this.isErased(caseId)) return null;
    // Neither: another node writes the very same row at this moment.
    throw new DependencyUnavailable('the same file is being kept');
  }

  private async isErased(caseId: string): Promise<boolean> {
    const text = `SELECT FROM cases WHERE id = $1 AND context ? 'erasedAt'`;
    return (await runStatement(this.pool, { text, values: [caseId] })).length === 1;
  }

  /** How many more the case may have. */
  async room(caseId: string): Promise<number> {
    return FILES_PER_CASE_MAX - (await this.list(caseId)).length;
  }

  /** Oldest first, all of them: those that came at the same moment as the last one that fits are there, too. */
  async list(caseId: string): Promise<Attachment[]> {
    const rows = await runStatement<Row>(this.pool, {
      text: `SELECT ${COLUMNS} FROM attachments WHERE case_id = $1 ORDER BY created_at, id LIMIT ${2 * FILES_PER_CASE_MAX}`,
      values: [caseId],
    });
    return rows.map(toAttachment);
  }

  /** null when the case has no such file. */
  async read(caseId: string, id: string): Promise<{ attachment: Attachment; content: Buffer } | null> {
    const [row] = await runStatement<Row & { content: Buffer }>(this.pool, {
      text: `SELECT ${COLUMNS}, content FROM attachments WHERE case_id = $1 AND id = $2`,
      values: [caseId, id],
    });
    return row === undefined ? null : { attachment: toAttachment(row), content: row.content };
  }
}

function toAttachment(row: Row): Attachment {
  return {
    id: row.id,
    name: row.name,
    mediaType: row.media_type,
    size: row.size,
    messageId: row.message_id,
    createdAt: row.created_at,
  };
}

/** A UUID of version 8, derived: a second try after a crash finds the first one's row. */
function idOf(caseId: string, origin: string): string {
  const hash = createHash('sha256').update(`${caseId}\0${origin}`).digest();
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x80;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  const hex = hash.toString('hex', 0, 16);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
