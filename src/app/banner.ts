/**
 * What a person reads after starting a node: where it answers, where the tokens lie, and a first request to copy.
 * Goes to standard error, so that standard output stays one JSON object per line.
 */

export interface BannerFacts {
  /** How this machine reaches the node. */
  readonly url: string;
  /** null: no demo directory, so no tokens were written. */
  readonly tokensFile: string | null;
  /** Where the embedded database lies; null: the database is somebody else's. */
  readonly databaseDirectory: string | null;
  /** null: mails go to a mail server, or nowhere. */
  readonly mailboxUrl: string | null;
  readonly manualClock: boolean;
}

export function banner(facts: BannerFacts): string {
  const lines = [
    '',
    '  The case escalation engine is running.',
    '',
    `    API           ${facts.url}/api/v1`,
    `    Description   ${facts.url}/docs`,
    `    Health        ${facts.url}/health/ready`,
  ];
  if (facts.mailboxUrl !== null) lines.push(`    Mailbox       ${facts.mailboxUrl} (what customers receive)`);
  if (facts.databaseDirectory !== null)
    lines.push(`    Database      embedded, in ${facts.databaseDirectory}`);
  if (facts.manualClock) lines.push('    Clock         manual: time stands still until an admin moves it');
  if (facts.tokensFile !== null) {
    lines.push(
      `    Tokens        ${facts.tokensFile} (one per role)`,
      '',
      '  Look at the cases as an agent:',
      '',
      `    TOKEN=$(node -p 'JSON.parse(fs.readFileSync(process.argv[1])).agent' ${quoted(facts.tokensFile)})`,
      `    curl -H "Authorization: Bearer $TOKEN" ${facts.url}/api/v1/cases`,
    );
  }
  lines.push('', '  Stop with Ctrl-C.', '', '');
  return lines.join('\n');
}

/** For a POSIX shell. */
function quoted(path: string): string {
  return `'${path.replaceAll("'", `'\\''`)}'`;
}
