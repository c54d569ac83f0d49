/** What taking messages in asks of the tables: why a message was left aside, who floods us, and which case an id belongs to. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

const INBOUND = `
ALTER TABLE inbound_messages ADD COLUMN reason text, ADD COLUMN sender text;
COMMENT ON COLUMN inbound_messages.reason IS 'Why nothing came of it; null when something did.';
COMMENT ON COLUMN inbound_messages.sender IS 'Hash of the channel and the sender''s address: enough to count, too little to know.';
CREATE INDEX inbound_messages_sender ON inbound_messages (sender, received_at);
CREATE INDEX customer_messages_by_id ON customer_messages (message_id);
CREATE INDEX notifications_message_id ON notifications (message_id) WHERE message_id IS NOT NULL;
`;

export class Inbound1795305600007 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(INBOUND);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'DROP INDEX notifications_message_id, customer_messages_by_id, inbound_messages_sender',
    );
    await runner.query('ALTER TABLE inbound_messages DROP COLUMN reason, DROP COLUMN sender');
  }
}
