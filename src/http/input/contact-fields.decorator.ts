/**
 * Kinds of field that describe how to reach a customer. Shapes only, each checked in linear time: whether an address
 * receives anything, delivery finds out.
 */
import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { IsOptional, ValidateBy } from 'class-validator';

/**
 * One plain address: no display name, no list, no comment, no quoted part, so that it can never become two recipients
 * or a header (reliability.md N20). RFC 5321 bounds: 64 before the sign, 254 in all.
 */
const EMAIL =
  /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?=.{1,189}$)[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,8}$/;
const PHONE = /^\+?[0-9][0-9 ()./-]{2,38}$/;
const ZONE = /^[A-Za-z][A-Za-z0-9_+-]{0,31}(\/[A-Za-z0-9_+-]{1,32}){0,2}$/;
const LOCALE_LENGTH_MAX = 35;

export function Email(): PropertyDecorator {
  const accepts = (value: string) => value.length <= 254 && EMAIL.test(value) && !/^\.|\.\.|\.@/.test(value);
  return optional('isEmailAddress', 'be one plain e-mail address', accepts, {
    format: 'email',
    maxLength: 254,
    example: 'ada@example.com',
  });
}

export function Phone(): PropertyDecorator {
  return optional('isPhone', 'be a telephone number', (value) => PHONE.test(value), {
    maxLength: 40,
    example: '+44 20 7946 0958',
  });
}

/** BCP 47. */
export function Locale(): PropertyDecorator {
  const accepts = (value: string) => {
    try {
      return value.length <= LOCALE_LENGTH_MAX && Intl.getCanonicalLocales(value).length === 1;
    } catch {
      return false;
    }
  };
  return optional('isLocale', 'be a BCP 47 language tag', accepts, { maxLength: 35, example: 'zh-CN' });
}

/** IANA. */
export function TimeZone(): PropertyDecorator {
  const accepts = (value: string) => {
    if (!ZONE.test(value)) return false;
    try {
      return Boolean(new Intl.DateTimeFormat('en', { timeZone: value }));
    } catch {
      return false;
    }
  };
  return optional('isTimeZone', 'be an IANA time zone', accepts, { maxLength: 64, example: 'Asia/Shanghai' });
}

function optional(
  name: string,
  must: string,
  accepts: (value: string) => boolean,
  schema: object,
): PropertyDecorator {
  return applyDecorators(
    IsOptional(),
    ApiProperty({ type: String, required: false, nullable: true, ...schema }),
    ValidateBy({
      name,
      validator: {
        validate: (value) => typeof value === 'string' && accepts(value),
        defaultMessage: (args) => `${args?.property} must ${must}`,
      },
    }),
  );
}
