// The house rules that no ready-made tool checks, as pure functions from one file's path and text to complaints.
// They know neither the file system nor Jest; house-rules.spec.ts runs them over the tree and over planted faults.
import ts from 'typescript';

export interface SourceFile {
  /** Relative to the project's root, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

export interface HouseRule {
  readonly name: string;
  readonly why: string;
  appliesTo(path: string): boolean;
  /** One sentence per fault; empty when the file obeys. */
  faults(file: SourceFile): string[];
}

const isTypeScript = (path: string) => /\.m?ts$/.test(path);
const isSource = (path: string) => path.startsWith('src/') && isTypeScript(path);
const isTest = (path: string) => path.startsWith('test/') && isTypeScript(path);

const opensWithItsJob: HouseRule = {
  name: 'opens with its job',
  why: 'the first lines say what a file is responsible for and what it refuses to know',
  appliesTo: isSource,
  faults: ({ text }) =>
    /^(#!.*\n)?\s*(\/\/|\/\*)/.test(text) ? [] : ['opens with code, not with a comment'],
};

const VAGUE_NAMES = /^(utils?|helpers?|common|misc|shared)$/i;

const saysWhatItHolds: HouseRule = {
  name: 'has a name that says what it holds',
  why: 'a room without a name of its own collects what nobody thought about',
  appliesTo: (path) => /^(src|test|scripts|bench)\//.test(path),
  faults: ({ path }) =>
    path
      .split(/[/.]/)
      .filter((part) => part.split('-').some((word) => VAGUE_NAMES.test(word)))
      .map((part) => `is called "${part}"`),
};

const isNoBarrel: HouseRule = {
  name: 'is no barrel',
  why: 'an import names the file that it needs, or the floors cannot be checked',
  appliesTo: isSource,
  faults: ({ path, text }) => {
    const statements = parse({ path, text }).statements;
    const reExportsOnly =
      statements.length > 0 &&
      statements.every((statement) => ts.isExportDeclaration(statement) && statement.moduleSpecifier);
    if (/(^|\/)index\.m?ts$/.test(path)) return ['is an index file'];
    return reExportsOnly ? ['holds nothing but re-exports'] : [];
  },
};

const FRAMEWORK_SUFFIX =
  /\.(controller|module|service|guard|dto|entity|filter|interceptor|pipe|decorator|middleware)\.ts$/;

const staysPure: HouseRule = {
  name: 'stays free of the framework in a pure room',
  why: 'a file with a framework suffix touches the framework, and calendar and domain know none',
  appliesTo: (path) => /^src\/(calendar|domain)\//.test(path),
  faults: ({ path }) => {
    const suffix = FRAMEWORK_SUFFIX.exec(path);
    return suffix ? [`has the suffix .${suffix[1]}`] : [];
  },
};

const asksNoClock: HouseRule = {
  name: 'asks no clock in a pure room',
  why: 'a date without an instant is the present, and the same event would step differently tomorrow',
  appliesTo: (path) => /^src\/(calendar|domain)\//.test(path),
  faults: (file) => {
    const found: string[] = [];
    walk(parse(file), (node) => {
      const isDate = (called: ts.Expression) => /^(Date|DateTime\.(utc|local|now))$/.test(called.getText());
      if (!ts.isNewExpression(node) && !ts.isCallExpression(node)) return;
      if (isDate(node.expression) && !node.arguments?.length) found.push(`calls ${node.getText()}`);
    });
    return found;
  },
};

const hasUniqueTitles: HouseRule = {
  name: 'gives each test a title of its own',
  why: 'a title is the name of a promise; two promises of one name are one of them unread',
  appliesTo: isTest,
  faults: (file) => {
    const titles = testTitles(file).map(({ path }) => path);
    const twice = titles.filter((title, n) => titles.indexOf(title) !== n);
    return [...new Set(twice)].map((title) => `uses the title "${title}" twice`);
  },
};

const statesWhatIs: HouseRule = {
  name: 'states what is, not what should be',
  why: 'a title is a sentence of a contract, in the present tense',
  appliesTo: isTest,
  faults: (file) =>
    testTitles(file)
      .map(({ title }) => title)
      .filter((title) => /\bshould\b|\bworks( fine| correctly| properly| as expected)?$/i.test(title))
      .map((title) => `has the title "${title}"`),
};

const SLEEPS = /^(setTimeout|setInterval|useFakeTimers|(node:)?timers\/promises)$/;

const waitsForNothing: HouseRule = {
  name: 'sleeps nowhere',
  why: 'time in tests is the manual clock; a sleep is slow when it suffices and false when it does not',
  appliesTo: isTest,
  faults: (file) => {
    const found = new Set<string>();
    walk(parse(file), (node) => {
      if (isGlobalName(node) && SLEEPS.test(node.text)) found.add(node.text);
      if (ts.isStringLiteral(node) && ts.isImportDeclaration(node.parent) && SLEEPS.test(node.text)) {
        found.add(node.text);
      }
    });
    return [...found].map((name) => `uses ${name}`);
  },
};

/** A name that stands for itself, or for a member of a global: `clock.setTimeout` is the test's own clock. */
function isGlobalName(node: ts.Node): node is ts.Identifier {
  if (!ts.isIdentifier(node)) return false;
  const { parent } = node;
  const isMember = ts.isPropertyAccessExpression(parent) && parent.name === node;
  return !isMember || /^(globalThis|jest)$/.test(parent.expression.getText());
}

// Written as patterns that do not match themselves.
const MACHINE_TRACES = [
  /(?<![\w.])\/(?:work|farm|root|Users|home\/\w+)\/[\w.-]+/,
  /registry\.(npmjs|yarnpkg|npmmirror)|deb\.debian/,
];

const LOOSE_CHECKS =
  /^(Is(String|DateString|ISO8601|Date|Int|Number|NumberString|Email|UUID|Url|URL|Phone\w*|JSON)|Length|M(ax|in)Length|Matches)$/;

const checksInputItself: HouseRule = {
  name: 'checks what comes in by its own decorators',
  why: 'ready-made ones take 30 February, NUL, half a character and 1e300; those of src/http/input do not',
  appliesTo: isSource,
  faults: (file) => {
    const found: string[] = [];
    walk(parse(file), (node) => {
      if (!ts.isImportDeclaration(node) || !/^'class-validator'$/.test(node.moduleSpecifier.getText()))
        return;
      const named = node.importClause?.namedBindings;
      for (const { name, propertyName } of named && ts.isNamedImports(named) ? named.elements : []) {
        const imported = (propertyName ?? name).text;
        if (LOOSE_CHECKS.test(imported)) found.push(`uses ${imported} of class-validator`);
      }
    });
    return found;
  },
};

const namesNoMachine: HouseRule = {
  name: 'names no machine',
  why: 'a path of one machine or the host of one registry is false on every other',
  appliesTo: (path) => !path.endsWith('package-lock.json'),
  faults: ({ text }) =>
    text.split('\n').flatMap((line, n) =>
      MACHINE_TRACES.map((trace) => trace.exec(line)?.[0])
        .filter((trace) => trace !== undefined)
        .map((trace) => `names ${trace} on line ${n + 1}`),
    ),
};

export const HOUSE_RULES: readonly HouseRule[] = [
  opensWithItsJob,
  saysWhatItHolds,
  isNoBarrel,
  staysPure,
  asksNoClock,
  hasUniqueTitles,
  statesWhatIs,
  waitsForNothing,
  checksInputItself,
  namesNoMachine,
];

/** Faults of one file against one rule, each as "path: sentence"; none when the rule does not apply to it. */
export function faultsOf(rule: HouseRule, file: SourceFile): string[] {
  if (!rule.appliesTo(file.path)) return [];
  return rule.faults(file).map((fault) => `${file.path}: ${fault}`);
}

interface TestTitle {
  readonly title: string;
  /** With the titles of the blocks around it, as Jest prints it. */
  readonly path: string;
}

/** Literal titles of the tests of a file, in order; `it.each` counts once, by its pattern. */
function testTitles(file: SourceFile): TestTitle[] {
  const titles: TestTitle[] = [];
  const collect = (node: ts.Node, around: readonly string[]): void => {
    const called = ts.isCallExpression(node) ? /^(describe|it|test)\b/.exec(node.expression.getText()) : null;
    const argument = called && (node as ts.CallExpression).arguments[0];
    const title = argument && ts.isStringLiteralLike(argument) ? argument.text : null;
    const path = title === null ? around : [...around, title];
    if (title !== null && called?.[1] !== 'describe') titles.push({ title, path: path.join(' › ') });
    ts.forEachChild(node, (child) => collect(child, path));
  };
  collect(parse(file), []);
  return titles;
}

function parse({ path, text }: SourceFile): ts.SourceFile {
  return ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
}

function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
}
