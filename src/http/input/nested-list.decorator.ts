/** A field that is a list of objects of one class: checked, bounded and documented at once. Knows no route. */
import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsObject, IsOptional, ValidateNested } from 'class-validator';
import { LIST_MAX } from './fields.decorator.js';

/** May be absent or null. A list within the list is no object and is refused (class-validator#285). */
export function NestedList(type: () => new () => object, about: string): PropertyDecorator {
  return applyDecorators(
    IsOptional(),
    IsArray(),
    ArrayMaxSize(LIST_MAX),
    IsObject({ each: true }),
    ValidateNested({ each: true }),
    Type(type),
    ApiProperty({
      type: () => [type()],
      required: false,
      nullable: true,
      maxItems: LIST_MAX,
      description: about,
    }),
  );
}
