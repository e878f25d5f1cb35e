import { describe, expect, it } from "vitest";
import { authenticationOf } from "./authentication.ts";

const verdict = (lines: string[], trusted: string | null = null, from = "a@moha.gov.vn") =>
  authenticationOf(lines, from, trusted).verdict;

describe("authenticationOf", () => {
  it("reads methods, comments and quoted properties", () => {
    const line =
      'mx.napa.vn 1; spf=pass (sender IP is (1.2.3.4); ok) smtp.mailfrom="moha.gov.vn"; dkim=fail reason="bad" header.d=moha.gov.vn';
    expect(authenticationOf([line], "a@moha.gov.vn", null)).toEqual({
      verdict: "pass",
      server: "mx.napa.vn",
      methods: [
        { method: "spf", result: "pass", domain: "moha.gov.vn" },
        { method: "dkim", result: "fail", domain: "moha.gov.vn" },
      ],
    });
  });

  it("fails on a DMARC failure whatever else passes", () => {
    expect(verdict(["mx; spf=pass smtp.mailfrom=a@moha.gov.vn; dmarc=fail header.from=moha.gov.vn"])).toBe(
      "fail",
    );
  });

  it("does not take a pass of somebody else's domain for the sender's", () => {
    expect(verdict(["mx; spf=pass smtp.mailfrom=evil.example; dkim=pass header.d=evil.example"])).toBe(
      "none",
    );
    expect(verdict(["mx; spf=fail smtp.mailfrom=evil.example; dkim=pass header.d=evil.example"])).toBe(
      "fail",
    );
    expect(verdict(["mx; dkim=pass header.d=gov.vn"])).toBe("none");
    expect(verdict(["mx; dkim=pass header.d=mail.moha.gov.vn"])).toBe("pass");
  });

  it("lets a forwarded mail through on its aligned signature", () => {
    expect(verdict(["mx; spf=softfail smtp.mailfrom=lists.example; dkim=pass header.d=moha.gov.vn"])).toBe(
      "pass",
    );
    expect(verdict(["mx; spf=softfail smtp.mailfrom=moha.gov.vn; dkim=none"])).toBe("fail");
  });

  it("believes the first line of the institution's own server alone", () => {
    const own = "mx.napa.vn; spf=none; dkim=none";
    const forged = "mx.napa.vn; dmarc=pass header.from=moha.gov.vn";
    expect(verdict([own, forged], "mx.napa.vn")).toBe("none");
    expect(verdict(["mx.evil.example; dmarc=pass header.from=moha.gov.vn"], "mx.napa.vn")).toBe("none");
    expect(verdict([], "mx.napa.vn")).toBe("none");
  });
});
