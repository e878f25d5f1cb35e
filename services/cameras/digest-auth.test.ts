import { describe, expect, it } from "vitest";
import { authorization, strongestChallenge } from "./digest-auth.ts";

const nonce = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v";
const opaque = "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS";
const mufasa = {
  method: "GET",
  uri: "/dir/index.html",
  username: "Mufasa",
  password: "Circle of Life",
  nonceCount: 1,
  clientNonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
};

function answer(headers: string[], request = mufasa): string {
  const challenge = strongestChallenge(headers);
  if (challenge === null) throw new Error("no challenge");
  return authorization(challenge, request);
}

describe("digest authentication", () => {
  it.each([
    ["MD5", "8ca523f5e9506fed4657c9700eebdbec"],
    ["SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"],
  ])("answers the example of RFC 7616, 3.9.1 with %s", (algorithm, response) => {
    const header = `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, nonce="${nonce}", opaque="${opaque}"`;
    const sent = answer([header]);
    expect(sent).toContain(`response="${response}"`);
    expect(sent).toContain(`algorithm=${algorithm}`);
    expect(sent).toContain("nc=00000001");
    expect(sent).toContain(`opaque="${opaque}"`);
  });

  it("answers the example of RFC 2069 (erratum 749) without a counter, as old cameras want it", () => {
    const sent = answer(
      [
        'Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"',
      ],
      { ...mufasa, password: "CircleOfLife" },
    );
    expect(sent).toContain('response="1949323746fe6a43ef61f9606e7febea"');
    expect(sent).not.toContain("nc=");
    expect(sent).not.toContain("algorithm");
  });

  it("prefers SHA-256 over MD5 over Basic, in one header or several", () => {
    const md5 = `Digest realm="r", nonce="m", qop="auth"`;
    const sha = `Digest realm="r", nonce="s", algorithm=SHA-256, qop="auth"`;
    expect(answer([md5, sha, 'Basic realm="r"'])).toContain('nonce="s"');
    expect(answer([`Basic realm="r", ${md5}, ${sha}`])).toContain('nonce="s"');
    expect(answer(['Basic realm="r"', md5])).toContain('nonce="m"');
  });

  it("falls back to Basic when nothing else is offered", () => {
    // RFC 7617, 2.
    const sent = answer(['Basic realm="WallyWorld"'], {
      ...mufasa,
      username: "Aladdin",
      password: "open sesame",
    });
    expect(sent).toBe("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
  });

  it("refuses what it cannot answer", () => {
    expect(strongestChallenge([])).toBeNull();
    expect(
      strongestChallenge(['Bearer realm="x"', 'Digest realm="r", nonce="n", algorithm=TURBO']),
    ).toBeNull();
    expect(strongestChallenge(['Digest realm="r", nonce="n", qop="auth-int"'])).toBeNull();
  });

  it("escapes a quote in the user name", () => {
    expect(answer(['Digest realm="r", nonce="n"'], { ...mufasa, username: 'a"b' })).toContain(
      'username="a\\"b"',
    );
  });
});
