// Who may import whom: the floors of the house (ADR-0008). A room imports itself and lower floors only, the pure
// rooms know no framework, and nobody imports in a circle. Every rule here has a planted violation in
// test/architecture/floors.spec.ts that proves that it sees; a rule without one fails that test.

/** Floors from the ground up; rooms on one floor do not know each other. `main.ts` belongs to the top. */
const FLOORS = [
  ['calendar'],
  ['domain'],
  ['store'],
  ['engine'],
  ['delivery', 'reports', 'directory', 'identity'],
  ['http', 'inbound'],
  ['app'],
];

/** Suffixes of files that touch the framework; a file without one is plain TypeScript. */
const FRAMEWORK_SUFFIXES =
  '[.](controller|module|service|guard|dto|entity|filter|interceptor|pipe|decorator|middleware)[.]ts$';

const floorRules = FLOORS.slice(0, -1).flatMap((rooms, floor) =>
  rooms.map((room) => {
    const mayImport = [...FLOORS.slice(0, floor).flat(), room];
    return {
      name: `floor-${floor}-${room}`,
      comment: `src/${room} is on floor ${floor}: it imports itself and lower floors only.`,
      severity: 'error',
      from: { path: `^src/${room}/` },
      to: { path: '^src/', pathNot: `^src/(${mayImport.join('|')})/` },
    };
  }),
);

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...floorRules,
    {
      name: 'calendar-imports-nothing',
      comment: 'Business-time arithmetic is pure: zones come from Intl, everything else as an argument.',
      severity: 'error',
      from: { path: '^src/calendar/' },
      to: { pathNot: '^src/' },
    },
    {
      name: 'domain-imports-only-xstate',
      comment: 'The step is a pure function (ADR-0001): no framework, no database, no Node built-in.',
      severity: 'error',
      from: { path: '^src/domain/' },
      to: { pathNot: '^(src/|node_modules/xstate/)' },
    },
    {
      name: 'no-nest-below-http',
      comment: 'Rooms below http are plain classes and functions; src/app wires them.',
      severity: 'error',
      from: { path: '^src/(calendar|domain|store|engine|delivery|reports|directory|identity|inbound)/' },
      to: { path: '^node_modules/@nestjs/' },
    },
    {
      name: 'nest-in-suffixed-files-only',
      comment: 'A file that touches the framework says so in its name.',
      severity: 'error',
      from: { path: '^src/http/', pathNot: FRAMEWORK_SUFFIXES },
      to: { path: '^node_modules/@nestjs/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-typeorm-in-engine',
      comment:
        'The write path is hand-written SQL over the one pool; entity saves measured ten times slower.',
      severity: 'error',
      from: { path: '^src/engine/' },
      to: { path: '^node_modules/typeorm/' },
    },
    {
      name: 'reports-never-import-the-engine',
      comment: 'Reads query tables that are built for them; only commands go through the engine.',
      severity: 'error',
      from: { path: '^src/reports/' },
      to: { path: '^src/engine/' },
    },
    {
      name: 'src-imports-no-tests',
      comment: 'The product does not know how it is tested, measured or generated.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|bench|scripts|web)/' },
    },
    {
      name: 'no-circular',
      comment: 'Two files that need each other are one file, or three.',
      severity: 'error',
      from: { path: '^(src|test|scripts|bench)/' },
      to: { circular: true },
    },
    {
      name: 'no-unresolvable',
      comment: 'An import that leads nowhere is not checked by any other rule.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-dev-dependency-in-src',
      comment: 'The product runs from `npm ci --omit=dev`.',
      severity: 'error',
      from: { path: '^src/' },
      to: {
        dependencyTypes: ['npm-dev'],
        dependencyTypesNot: ['type-only'],
        pathNot: '^node_modules/@types/',
      },
    },
    {
      name: 'no-undeclared-package',
      comment:
        'A package that only another package asked for may vanish with its next release. Types alone may come from ' +
        "one: Fastify's must be those of the very copy that the adapter brings.",
      severity: 'error',
      from: { path: '^(src|test|scripts|bench)/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // The contenders of the benchmark have packages of their own, installed only when they run.
    exclude: { path: '^(dist|coverage|[.]data|bench/contenders)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
