/** Two linters of OpenAPI documents, each with its own idea of a good one. Every warning is a finding. */
import { DOCUMENT } from './document.js';
import { run, tool, type Tool } from './tool.js';

interface RedoclyReport {
  readonly totals: { readonly errors: number; readonly warnings: number; readonly ignored: number };
  readonly problems: readonly {
    readonly ruleId: string;
    readonly message: string;
    readonly location: readonly { readonly pointer?: string }[];
  }[];
}

/** Rules in redocly.yaml. */
export const redocly: Tool = {
  name: 'redocly lint',
  async run() {
    const { code, stdout, stderr } = await run(tool('redocly'), [
      'lint',
      DOCUMENT,
      '--format',
      'json',
      '--max-problems',
      '1000',
    ]);
    const report = parsed<RedoclyReport>(stdout);
    if (report === null) return { findings: [`it gave no report: ${stderr.slice(-500)}`], note: '' };
    const findings = report.problems.map(
      ({ ruleId, message, location }) => `${ruleId}: ${message} at ${location[0]?.pointer ?? '?'}`,
    );
    if (code !== 0 && findings.length === 0) findings.push(`it ended with ${code}: ${stderr.slice(-500)}`);
    return { findings, note: 'recommended-strict and redocly.yaml' };
  },
};

type SpectralReport = readonly {
  readonly code: string;
  readonly message: string;
  readonly path: readonly (string | number)[];
}[];

/** Rules in .spectral.yaml. */
export const spectral: Tool = {
  name: 'spectral lint',
  async run() {
    const args = ['lint', DOCUMENT, '--format', 'json', '--fail-severity', 'hint', '--quiet'];
    const { code, stdout, stderr } = await run(tool('spectral'), args);
    const report = parsed<SpectralReport>(stdout);
    if (report === null)
      return { findings: [`it gave no report: ${stdout.slice(0, 200)}${stderr.slice(-500)}`], note: '' };
    const findings = report.map(
      ({ code: rule, message, path }) => `${rule}: ${message} at ${path.join('/')}`,
    );
    if (code !== 0 && findings.length === 0) findings.push(`it ended with ${code}: ${stderr.slice(-500)}`);
    return { findings, note: 'spectral:oas and the rules of the house' };
  },
};

function parsed<T>(text: string): T | null {
  try {
    return JSON.parse(text) as T;
  } catch {
    return null;
  }
}
