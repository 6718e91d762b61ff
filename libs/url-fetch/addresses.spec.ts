import { isIn, isPublicAddress, parseRange } from './addresses.js';

it.each(['1.1.1.1', '93.184.216.34', '2606:4700:4700::1111', '2a00:1450:4001::200e'])('%s is public', (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

it.each([
  ['this machine', ['127.0.0.1', '127.9.9.9', '::1', '0.0.0.0', '::']],
  ['private networks', ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', '100.64.0.1', 'fd00::1', 'fc00::1']],
  ['link-local, and metadata there', ['169.254.169.254', '169.254.0.1', 'fe80::1', 'fe80::1%eth0']],
  ['metadata elsewhere', ['100.100.100.200', '192.0.0.192', 'fd00:ec2::254', '168.63.129.16']],
  ['IPv4 in IPv6', ['::ffff:127.0.0.1', '::ffff:8.8.8.8', '::127.0.0.1', '::ffff:0:127.0.0.1', '64:ff9b::7f00:1']],
  ['tunnels', ['64:ff9b:1::1', '2002:7f00:1::', '2001::1', '192.88.99.1']],
  ['multicast, broadcast, reserved', ['224.0.0.1', '255.255.255.255', '240.0.0.1', 'ff02::1', '5f00::1', '4000::1']],
  ['documentation and tests', ['192.0.2.1', '198.51.100.1', '203.0.113.1', '198.18.0.1', '2001:db8::1', '3fff::1']],
  ['what was given up', ['fec0::1']],
  ['no address', ['', 'localhost', '1.2.3', '0x7f.1', '1.2.3.4.5', ':::']],
])('%s is not', (_, addresses) => {
  expect(addresses.filter(isPublicAddress)).toEqual([]);
});

it('an exception is for its range alone', () => {
  const ranges = ['127.0.0.1/32', 'fd00:7::/32'].map(parseRange);
  expect(['127.0.0.1', '::ffff:127.0.0.1', 'fd00:7::1'].every((address) => isIn(address, ranges))).toBe(true);
  expect(['127.0.0.2', '10.0.0.1', 'fd00:8::1', '::1', 'x'].some((address) => isIn(address, ranges))).toBe(false);
});
