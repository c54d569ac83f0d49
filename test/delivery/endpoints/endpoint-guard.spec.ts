// What an administrator may not make this service reach (reliability.md S11, T25): at save, at send, at connect.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LookupFunction } from 'node:net';
import { EndpointGuard, isForbiddenAddress } from '../../../src/delivery/endpoints/endpoint-guard.js';
import { Poster } from '../../../src/delivery/endpoints/poster.js';
import { Receiver } from './receiver.js';

const guard = new EndpointGuard({ allowPrivate: false });
const lenient = new EndpointGuard({ allowPrivate: true });

/** Each would lead inside, or is no address at all. */
const REFUSED = [
  'https://127.0.0.1/',
  'https://127.1/',
  'https://0/',
  'https://0.0.0.0/',
  'https://0x7f.1/',
  'https://017700000001/',
  'https://2130706433/',
  'https://①②⑦.0.0.1/',
  'https://127.0.0.1./',
  'https://[::]/',
  'https://[::1]/',
  'https://[::ffff:127.0.0.1]/',
  'https://[::ffff:8.8.8.8]/',
  'https://[::127.0.0.1]/',
  'https://[64:ff9b::7f00:1]/',
  'https://[64:ff9b:1::7f00:1]/',
  'https://[2002:7f00:1::]/',
  'https://[2001:0:4136:e378::1]/',
  'https://[fd00::1]/',
  'https://[fe80::1]/',
  'https://[fec0::1]/',
  'https://[ff02::1]/',
  'https://169.254.169.254/latest/meta-data/',
  'https://100.64.0.1/',
  'https://10.0.0.1/',
  'https://172.31.255.255/',
  'https://192.168.1.1/',
  'https://198.18.0.1/',
  'https://192.0.0.192/',
  'https://224.0.0.1/',
  'https://255.255.255.255/',
  'https://localhost/',
  'https://LOCALHOST./',
  'https://a.localhost/',
  'https://%6cocalhost/',
  'https://metadata.google.internal/',
  'https://db.corp/',
  'https://printer.local/',
  'https://intranet/',
  'https://user@hooks.example.com/',
  'https://user:word@hooks.example.com/',
  'https://hooks.example.com@127.0.0.1/',
  'https://hooks.example.com/#part',
  'https://hooks.example.com/#',
  'http://hooks.example.com/',
  'gopher://hooks.example.com/',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'https://hooks.example.com:25/',
  'https://hooks.example.com:80/',
  'https://hooks.example.com:5432/',
  'https://hooks.exa\tmple.com/',
  ' https://hooks.example.com/',
  'https:\\\\hooks.example.com\\',
  '//hooks.example.com/',
  'hooks.example.com',
  '',
  `https://hooks.example.com/${'a'.repeat(2_048)}`,
];

const ALLOWED = [
  'https://hooks.example.com/a?key=1',
  'https://hooks.example.com:443/',
  'https://hooks.example.com:8443/in',
  'https://8.8.8.8/',
  'https://[2606:4700:4700::1111]/',
  'https://bücher.example/',
  'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7xxx',
];

describe('an address that is saved', () => {
  it.each(REFUSED)('is refused when it leads inside or is none: %s', (url) => {
    expect(guard.faultOf(url)).toEqual(expect.any(String));
  });

  it.each(ALLOWED)('is taken when it leads to the public Internet: %s', (url) => {
    expect(guard.faultOf(url)).toBeNull();
  });

  it('may be private and plain in development, and nothing else of it is let off', () => {
    expect(lenient.faultOf('http://127.0.0.1:8080/hook')).toBeNull();
    for (const url of ['gopher://127.0.0.1/', 'http://user@127.0.0.1/', 'http://127.0.0.1/#x', 'nothing'])
      expect(lenient.faultOf(url)).toEqual(expect.any(String));
  });
});

describe('a message that is sent', () => {
  let inner: Receiver;
  let port: string;
  beforeAll(async () => {
    inner = await Receiver.start();
    port = new URL(inner.url).port;
  });
  afterAll(() => inner.close());

  const resolvingTo =
    (...answers: string[]): LookupFunction =>
    (_name, options, callback) => {
      const address = answers.length > 1 ? (answers.shift() as string) : (answers[0] as string);
      const family = address.includes(':') ? 6 : 4;
      if (options.all === true) callback(null, [{ address, family }]);
      else callback(null, address, family);
    };
  const send = (url: string, lookup: LookupFunction = resolvingTo('8.8.8.8')) =>
    new Poster(new EndpointGuard({ allowPrivate: false, lookup }), 2_000).post({
      url,
      headers: {},
      body: '{}',
    });

  it.each(REFUSED)('does not leave when the address has become a refused one: %s', async (url) => {
    expect(await send(url)).toMatchObject({ kind: 'unanswered', code: 'address-forbidden' });
  });

  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '169.254.169.254',
    '::1',
    'fd00::1',
    '::ffff:127.0.0.1',
    '::127.0.0.1',
    '::7f00:1',
    '4000::1',
    '0.0.0.0',
  ])('does not connect when the name leads to %s', async (address) => {
    const posted = await send('https://hooks.example.com/', resolvingTo(address));
    expect(posted).toMatchObject({ kind: 'unanswered', code: 'address-forbidden' });
  });

  it('does not connect when one of several addresses is an inner one', async () => {
    const mixed: LookupFunction = (_name, _options, callback) =>
      callback(null, [
        { address: '8.8.8.8', family: 4 },
        { address: '127.0.0.1', family: 4 },
      ]);
    expect(await send('https://hooks.example.com/', mixed)).toMatchObject({ code: 'address-forbidden' });
  });

  it('does not trust a name that led outside a moment ago', async () => {
    const lookup = resolvingTo('127.0.0.1');
    const rebinding = new EndpointGuard({ allowPrivate: false, lookup });
    expect(rebinding.faultOf('https://hooks.example.com:8443/')).toBeNull();
    const posted = await new Poster(rebinding).post({
      url: 'https://hooks.example.com:8443/',
      headers: {},
      body: '',
    });
    expect(posted).toMatchObject({ code: 'address-forbidden' });
  });

  it('reaches no inner server by any way, but in development', async () => {
    await send(inner.url);
    await send(`https://127.0.0.1:${port}/hook`);
    expect(inner.received).toEqual([]);
    const posted = await new Poster(lenient).post({ url: inner.url, headers: { 'x-a': 'b' }, body: 'hello' });
    expect(posted).toMatchObject({ kind: 'answered', status: 204 });
    expect(inner.received).toMatchObject([
      { method: 'POST', path: '/hook', body: 'hello', headers: { 'x-a': 'b' } },
    ]);
  });

  it('says why nobody answers, without throwing', async () => {
    const failing: LookupFunction = (_name, _options, callback) =>
      callback(Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' }), '', 4);
    expect(await send('https://hooks.example.com/', failing)).toMatchObject({ code: 'ENOTFOUND' });
    const gone = `http://127.0.0.1:1/`;
    expect(await new Poster(lenient).post({ url: gone, headers: {}, body: '' })).toMatchObject({
      code: 'ECONNREFUSED',
    });
  });
});

describe('an address of the system', () => {
  it('is judged by what it is, and what is none is refused', () => {
    expect(['8.8.8.8', '2606:4700::1111', '10.0.0.1', '::1', 'x', ''].map(isForbiddenAddress)).toEqual([
      false,
      false,
      true,
      true,
      true,
      true,
    ]);
  });
});
