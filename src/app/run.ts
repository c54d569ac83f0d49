/**
 * Runs this process as a node: reads the environment, starts, says so, and ends on a signal. The only file that
 * touches the process itself. Every failure is one line on standard error and an exit code other than 0.
 */
import { banner } from './banner.js';
import { tokensFile } from './demo/demo-directory.js';
import { claimPort } from './listening.js';
import { createLogger, errorFields, type Logger } from './logging.js';
import { readSettings, SettingsError, type Settings } from './settings.js';
import { Shutdown, stopOnSignals, StoppedWhileStarting } from './shutdown.js';

/** Resolves when the node serves; the process then lives until it is told to stop. */
export async function run(): Promise<void> {
  const settings = settingsOrExit();
  const logger = createLogger(settings.logLevel);
  failFast(logger);
  const shutdown = new Shutdown(logger);
  stopOnSignals(shutdown, logger);
  logger.debug({ role: settings.role }, 'Starting');
  try {
    await shutdown.step('port', () => claimPort(settings));
    // Loaded now, not above: what is wrong with the settings is said before the second that the frameworks take.
    const { startNode } = await import('./node.js');
    const node = await startNode(settings, logger, shutdown);
    if (settings.demo === '0') return;
    process.stderr.write(
      banner({
        url: node.url,
        tokensFile: tokensFile(settings.dataDir),
        databaseDirectory: node.embeddedIn,
        mailboxUrl: node.mailboxUrl,
        manualClock: settings.clock === 'manual',
      }),
    );
  } catch (error) {
    // The signal's own handler ends the process.
    if (error instanceof StoppedWhileStarting || shutdown.isStopping) return;
    complain(messageOf(error));
    logger.debug(errorFields(error), 'The start failed');
    await shutdown.stop();
    process.exit(1);
  }
}

function settingsOrExit(): Settings {
  try {
    return readSettings(process.env);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    complain(error.message);
    process.exit(2);
  }
}

/** An error that nobody expected leaves a state that nobody knows: a supervisor starts a fresh process. */
function failFast(logger: Logger): void {
  const fail = (error: unknown): void => {
    logger.fatal(errorFields(error), 'Ended by an error that nobody handled');
    complain(
      `ended by an error that nobody handled (${error instanceof Error ? error.name : typeof error}).`,
    );
    process.exit(1);
  };
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
}

function complain(message: string): void {
  process.stderr.write(`case-escalation: ${message.replaceAll(/\s*\n\s*/g, ' ')}\n`);
}

function messageOf(error: unknown): string {
  return error instanceof Error && error.message !== ''
    ? error.message
    : 'the start failed for an unknown reason.';
}
