/**
 * What becomes of a message that came in: a reply in its case, a case of its own, a note, a report that the customer
 * cannot be reached, or nothing, with the reason (domain.md §3, rows 1, 15, 23). Each message has one effect, however
 * often it arrives and wherever a crash falls: the engine writes its id with the effect. Knows no protocol.
 */
import type { Customers } from '../directory/customers.js';
import type { CaseFinder } from './case-finder.js';
import type { Attachments } from './files/attachments.js';
import { sortFiles } from './files/sort-files.js';
import type { Effect, InboundEffects } from './inbound-effects.js';
import { type InboundLedger, type Known, ledgerId } from './inbound-ledger.js';
import type { DeliveryReport, InboundMessage, InboundOutcome, Receipt } from './inbound-message.js';

interface Parts {
  readonly ledger: InboundLedger;
  readonly finder: CaseFinder;
  readonly effects: InboundEffects;
  readonly attachments: Attachments;
  readonly customers: Customers;
}

/** Files that came with these belong to the case. */
const KEEPS_FILES: ReadonlySet<InboundOutcome> = new Set(['recorded', 'opened']);

export class InboundMessages {
  /** Two arrivals at once share one effect, and its answer. */
  private readonly underWay = new Map<string, Promise<Receipt>>();

  constructor(private readonly parts: Parts) {}

  /**
   * Resolves once the effect is committed: whoever brought the message may forget it then, and not before.
   * @throws DependencyUnavailable when it must be brought again
   */
  receive(message: InboundMessage): Promise<Receipt> {
    const id = ledgerId(message);
    const known = this.underWay.get(id);
    if (known) return known.then((receipt) => ({ ...receipt, duplicate: true }));
    const receipt = this.receiveOnce(id, message).finally(() => this.underWay.delete(id));
    this.underWay.set(id, receipt);
    return receipt;
  }

  private async receiveOnce(id: string, message: InboundMessage): Promise<Receipt> {
    const { ledger, attachments } = this.parts;
    const known = await ledger.look(id);
    if (known.kind === 'handled') return known.receipt;
    const effect = known.kind === 'written' ? effectOf(known, message) : await this.act(id, message);
    if (effect.caseId !== null && KEEPS_FILES.has(effect.outcome)) {
      const { taken } = sortFiles(message.files, await this.roomIn(effect.caseId, message));
      for (const [n, file] of taken.entries()) await attachments.keep(effect.caseId, `${id}/${n}`, file, id);
    }
    return ledger.write(id, message, { ...effect, duplicate: known.kind === 'written' });
  }

  private async act(id: string, message: InboundMessage): Promise<Effect> {
    const { ledger, finder, effects } = this.parts;
    const { automatic, report } = message;
    if (report) return this.bounce(id, message, report);
    if (automatic === 'own-message') return ignored(automatic);
    if (await ledger.isFloodedBy(message.channel, message.from)) return ignored('too-many-messages');
    const found = await finder.caseOf(message);
    if (automatic !== null) return found ? effects.note(id, message, found.current) : ignored(automatic);
    if (isEmpty(message)) return ignored('nothing-to-read');
    if (found) {
      const { lines } = sortFiles(message.files, await this.roomIn(found.current.id, message));
      const recorded = await effects.reply(id, message, found, lines);
      if (recorded) return recorded;
    }
    const { lines } = sortFiles(message.files, Infinity);
    return effects.open(id, message, lines, found?.isTheirs ? found.current.id : null);
  }

  /** Only what a mail of ours to this very customer brought back is believed: a report is easily made up. */
  private async bounce(id: string, message: InboundMessage, report: DeliveryReport): Promise<Effect> {
    const { finder, customers, ledger, effects } = this.parts;
    if (!report.isFinal) return ignored('delivery-delayed');
    const current = await finder.caseOfReport(message);
    if (!current) return ignored('report-on-no-message-of-ours');
    const customer = await customers.get(current.intake.customerId);
    const address = customer?.email?.toLowerCase() ?? null;
    const isTheirs = address !== null && (report.recipient ?? address) === address;
    if (report.status.startsWith('5') && isTheirs) {
      await ledger.suppress(message.channel, address, 'hardBounce');
    }
    const detail = [report.status, report.detail].filter(Boolean).join(' ');
    return effects.reportUndeliverable(id, message, detail, current);
  }

  /** A case that is opened by the message has all the room there is. */
  private async roomIn(caseId: string, { files }: InboundMessage): Promise<number> {
    return files.length === 0 ? 0 : this.parts.attachments.room(caseId);
  }
}

/** After a crash between the effect and its line: the effect is there, only its name is to be told from the message. */
function effectOf(
  { caseId, isOpening }: Extract<Known, { kind: 'written' }>,
  message: InboundMessage,
): Effect {
  const { report, automatic } = message;
  const outcome = report ? 'bounced' : automatic === null ? (isOpening ? 'opened' : 'recorded') : 'noted';
  return { outcome, caseId, reason: automatic };
}

function isEmpty({ wholeText, subject, files }: InboundMessage): boolean {
  return wholeText === '' && subject === '' && files.length === 0;
}

function ignored(reason: string): Effect {
  return { outcome: 'ignored', caseId: null, reason };
}
