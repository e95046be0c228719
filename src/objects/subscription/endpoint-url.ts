/**
 * Which URLs may be endpoints. Pure: looks at the URL alone, when it is saved and again before each attempt. A public name that
 * resolves to a private address is not found here; Cloudflare's network does not route to such addresses.
 */

export interface EndpointRules {
  /** Development: also http, private addresses and any port. */
  isInsecureAllowed: boolean;
}

/** The rules of a deployment. */
export const endpointRules = ({ INSECURE_ENDPOINTS }: Pick<Env, "INSECURE_ENDPOINTS">): EndpointRules => ({
  isInsecureAllowed: INSECURE_ENDPOINTS === "yes",
});

/**
 * Why messages must not be sent to a URL. Without TLS they could be read and changed, and a password in the URL would be stored in
 * plain text.
 * @returns null: they may
 */
export function endpointFault(url: string, { isInsecureAllowed }: EndpointRules): string | null {
  const parsed = URL.parse(url);
  if (!parsed) return "not a URL";
  const { protocol, username, password, hostname, port } = parsed;
  if (protocol !== "https:" && !(protocol === "http:" && isInsecureAllowed)) return "not https";
  if (username || password) return "contains a user or password; the endpoint must verify the signature instead";
  if (isInsecureAllowed) return null;
  if (isInternalHost(hostname)) return "leads to a private or internal host";
  // https:// has no port here when it is 443. Below 1024 are the ports of other protocols.
  if (port !== "" && Number(port) < 1024) return "has a port below 1024 other than 443";
  return null;
}

/** The last labels of names that are never public: RFC 6761, RFC 6762, RFC 8375, and what networks use in practice. */
const INTERNAL_SUFFIXES = [
  "localhost",
  "localdomain",
  "local",
  "internal",
  "intranet",
  "private",
  "corp",
  "home",
  "lan",
  "home.arpa",
  "in-addr.arpa",
  "ip6.arpa",
  "test",
  "invalid",
  "onion",
  // The metadata service of Google Cloud.
  "metadata.goog",
];

/**
 * Whether a host is a private, internal or special-purpose address, or a name that cannot be public.
 * @param hostname of a parsed URL: the parser has converted all forms of an IPv4 address (decimal, hexadecimal, octal, short)
 */
export function isInternalHost(hostname: string): boolean {
  if (hostname.startsWith("[")) return !isPublicIpv6(hostname.slice(1, -1));
  if (/^\d+\.\d+\.\d+\.\d+$/.test(hostname)) return isSpecialIpv4(toBits(hostname.split(".").map(Number), 8));
  const name = hostname.toLowerCase();
  // A trailing dot is the same host under another name.
  if (!name.includes(".") || name.endsWith(".")) return true;
  return INTERNAL_SUFFIXES.some((suffix) => name === suffix || name.endsWith(`.${suffix}`));
}

/** https://www.iana.org/assignments/iana-ipv4-special-registry/, and Azure's wire server. */
const SPECIAL_IPV4 = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "168.63.129.16/32",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/3",
].map((range) => {
  const [address = "", length] = range.split("/");
  return { start: toBits(address.split(".").map(Number), 8), shift: 32n - BigInt(length ?? 32) };
});

const isSpecialIpv4 = (address: bigint): boolean =>
  SPECIAL_IPV4.some(({ start, shift }) => address >> shift === start >> shift);

/**
 * Whether an IPv6 address is global unicast and contains no IPv4 address: 2000::/3 without Teredo and other protocols (2001::/23),
 * documentation (2001:db8::/32, 3fff::/20) and 6to4 (2002::/16). https://www.iana.org/assignments/iana-ipv6-special-registry/
 */
function isPublicIpv6(text: string): boolean {
  const [first = 0, second = 0] = groupsOf(text);
  if (first < 0x2000 || first > 0x3fff) return false;
  if (first === 0x2001 && (second < 0x200 || second === 0xdb8)) return false;
  return first !== 0x2002 && !(first === 0x3fff && second < 0x1000);
}

/** The first groups of an address as the URL parser writes it: lower-case hexadecimal, one `::` at most. */
const groupsOf = (text: string): number[] =>
  text
    .split("::")[0]
    ?.split(":")
    .map((group) => parseInt(group || "0", 16)) ?? [];

function toBits(parts: readonly number[], width: number): bigint {
  return parts.reduce((bits, part) => (bits << BigInt(width)) | BigInt(part), 0n);
}
