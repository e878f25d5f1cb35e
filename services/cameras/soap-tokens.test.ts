import { describe, expect, it } from "vitest";
import { escapeXml, namedTokens } from "./soap-tokens.ts";

describe("tokens of a camera", () => {
  it("are kept as written, two of one name included", () => {
    const xml = `<e:Envelope xmlns:e="urn:e" xmlns:p="urn:p" xmlns:t="urn:t"><e:Body><p:GetPresetsResponse>
      <p:Preset token="1.0"><t:Name>Cả lớp</t:Name><t:Pos><t:Name>inner</t:Name></t:Pos></p:Preset>
      <p:Preset token="002"><t:Name>Cả lớp</t:Name></p:Preset><p:Preset token="a&amp;b"/>
      </p:GetPresetsResponse></e:Body></e:Envelope>`;
    expect(namedTokens(xml, "Preset")).toEqual([
      { token: "1.0", name: "Cả lớp" },
      { token: "002", name: "Cả lớp" },
      { token: "a&b", name: "" },
    ]);
    expect(namedTokens(xml, "Profiles")).toEqual([]);
  });

  it("survive what is not XML", () => {
    expect(namedTokens("<a><b", "Preset")).toEqual([]);
    expect(namedTokens("", "Preset")).toEqual([]);
  });

  it("cannot end the element they are written into", () => {
    expect(escapeXml('</T><x a="1">&')).toBe("&lt;/T&gt;&lt;x a=&quot;1&quot;&gt;&amp;");
  });
});
