/** Routing in the OpenAPI document: the rules as they are published, what can be asked of them, and what they say. */
import { RULES_MAX, SKILLS_MAX, VALUES_MAX, WHEN_FIELDS, WORD_MAX } from '../../directory/routing-rules.js';
import { GRADES, type Grade } from '../../domain/case.js';
import type { Schema } from '../directory/configuration.dto.js';
import { Out } from '../documents/out.decorator.js';
import { Choice, KEY_MAX, LINE_MAX, Line, LONG_TEXT_MAX, Text } from '../input/fields.decorator.js';

const word = { type: 'string', maxLength: WORD_MAX } as const;
const words = (items: Schema): Schema => ({
  oneOf: [items, { type: 'array', items, minItems: 1, maxItems: VALUES_MAX }],
});
const skills: Schema = { type: 'array', items: word, maxItems: SKILLS_MAX, default: [] };

export const ROUTING_RULES_BODY: Schema = {
  type: 'object',
  additionalProperties: false,
  description: 'The first rule that matches decides. A rule that an earlier one covers is refused.',
  properties: {
    assignOwner: {
      type: 'boolean',
      default: false,
      description: 'Whether a case that no agent opened is given to the least-loaded agent on duty.',
    },
    rules: {
      type: 'array',
      maxItems: RULES_MAX,
      items: {
        type: 'object',
        required: ['name', 'department', 'why'],
        additionalProperties: false,
        properties: {
          name: { type: 'string', maxLength: 80 },
          when: {
            type: 'object',
            additionalProperties: false,
            description:
              'Of each field that is there, one value must fit; without any: every case. Keywords are looked for in ' +
              'subject and description.',
            properties: Object.fromEntries(
              WHEN_FIELDS.map((field) => [
                field,
                words(field === 'grade' ? { type: 'string', enum: [...GRADES] } : word),
              ]),
            ),
          },
          department: { type: 'string' },
          skills,
          person: {
            description:
              '`leastLoaded`, `owner`, the id of a person of the department, or null: whoever takes it.',
            oneOf: [{ type: 'string' }, { type: 'null' } as never],
          },
          ownerSkills: skills,
          why: { type: 'string', maxLength: 300, description: 'For the people who read the suggestion.' },
        },
      },
    },
  },
  example: {
    assignOwner: true,
    rules: [
      {
        name: 'batteries',
        when: { keywords: ['battery', '电池'] },
        department: 'product',
        skills: ['batteries'],
        person: 'leastLoaded',
        why: 'Batteries are judged by those who know them.',
      },
      { name: 'deliveries', when: { category: ['late-delivery'] }, department: 'logistics', why: 'Theirs.' },
    ],
  },
};

/** The facts of a case that may be. */
export class RoutingPreviewDto {
  @Line(KEY_MAX, { example: 'late-delivery' }) category: string;
  @Line(KEY_MAX, { example: 'phone' }) channel: string;
  @Choice(GRADES, { optional: true, about: 'Default: standard.' }) grade?: Grade | null;
  @Line(KEY_MAX, { optional: true }) product?: string | null;
  @Line(LINE_MAX, { optional: true }) subject?: string | null;
  @Text(LONG_TEXT_MAX, { optional: true }) description?: string | null;
}

export class RoutedMemberDto {
  @Out(String) id: string;
  @Out(String, { nullable: true }) name: string | null;
}

export class RoutingDto {
  @Out(String, { nullable: true, description: 'Null: nobody has said where such a case goes.' })
  department: string | null;
  @Out(() => RoutedMemberDto, { nullable: true, description: 'Null: whoever of the department takes it.' })
  member: RoutedMemberDto | null;
  @Out(String, { nullable: true, description: 'Null: none matched; the playbook decides.' })
  rule: string | null;
  @Out('integer', { description: 'Version of the rules.' }) version: number;
  @Out(String) explanation: string;
}
