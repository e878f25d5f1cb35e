#!/usr/bin/env python3
"""Kiểm chứng một gói bằng chứng của Sĩ số · Verifies a bundle of evidence made by Sĩ số.

Chỉ cần python3 và openssl, không cần mạng, không cần phần mềm Sĩ số.
Needs python3 and openssl only: no network, nothing of Sĩ số.

  python3 verify.py [gói.zip hoặc thư mục] [--checkpoint FILE|SIZE:ROOT] [--key KEY|FILE] [--tsa-ca FILE] [--max-anchor-days N]

--checkpoint  mốc kiểm tra viên đã giữ: tệp .txt, thư đã lưu (.eml), hoặc số bản ghi:mã băm gốc in trong báo cáo
              · a checkpoint you kept: its file, the mail it came by, or SIZE:ROOT as printed in a report
--key         khóa kiểm chứng in trong báo cáo · the log's verifier key as printed in a report
--tsa-ca      chứng thư gốc của dịch vụ dấu thời gian, lấy từ chính dịch vụ ấy · the timestamp authority's root certificate
"""

import argparse
import base64
import datetime
import email
import email.policy
import hashlib
import hmac
import json
import math
import mmap
import os
import re
import struct
import subprocess
import sys
import tempfile
import unicodedata
import zlib

SLACK = 600  # seconds a clock may be off, or a transaction may last
UTC = datetime.timezone.utc
ZERO_TIME = (0, 0x21)  # 1980-01-01 00:00


# ---- what is said ---------------------------------------------------------------------------------------------------


class Said:
    """Every finding, in both languages; one failure is enough for the verdict."""

    def __init__(self):
        self.failures = []
        self.notes = []
        self.number = 0

    def step(self, vi, en):
        self.number += 1
        print("\n%d. %s · %s" % (self.number, vi, en))

    def ok(self, vi, en):
        print("   ĐẠT · OK        %s · %s" % (vi, en))

    def note(self, vi, en):
        self.notes.append((vi, en))
        print("   CHÚ Ý · NOTE    %s · %s" % (vi, en))

    def fail(self, vi, en):
        self.failures.append((vi, en))
        print("   SAI · FAIL      %s · %s" % (vi, en))


class Unreadable(Exception):
    pass


# ---- files ----------------------------------------------------------------------------------------------------------


class Folder:
    def __init__(self, path):
        self.path = path
        self.files = {}
        for where, folders, names in os.walk(path):
            for name in folders + names:
                full = os.path.join(where, name)
                if os.path.islink(full):
                    raise Unreadable("liên kết tượng trưng · symbolic link: " + full)
            for name in names:
                full = os.path.join(where, name)
                self.files[os.path.relpath(full, path).replace(os.sep, "/")] = full

    def names(self):
        return set(self.files)

    def read(self, name):
        with open(self.files[name], "rb") as file:
            return file.read()


class Zip:
    """Stored entries, nothing else: every byte of the file is accounted for, so that none can be changed unseen."""

    def __init__(self, path):
        with open(path, "rb") as file:
            self.map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self.places = {}
        at, directory = 0, []
        while self.map[at : at + 4] == b"PK\x03\x04":
            fields = struct.unpack("<4s5H3I2H", self.map[at : at + 30])
            size, length = fields[7], fields[9]
            name = self.map[at + 30 : at + 30 + length]
            begin = at + 30 + length
            crc = zlib.crc32(memoryview(self.map)[begin : begin + size])
            head = struct.pack("<5H3I2H", 20, 0x800, 0, *ZERO_TIME, crc, size, size, length, 0)
            if self.map[at:begin] != b"PK\x03\x04" + head + name or begin + size > len(self.map):
                raise Unreadable("tệp ZIP bị thay đổi ở byte %d · the ZIP was altered at byte %d" % (at, at))
            text = name.decode("utf-8")
            if text in self.places:
                raise Unreadable("tệp trùng tên · name twice: " + text)
            self.places[text] = (begin, size)
            entry = struct.pack("<6H3I5H2I", 0x0314, 20, 0x800, 0, *ZERO_TIME, crc, size, size, length, 0, 0, 0, 0, 0o100644 << 16, at)
            directory.append(b"PK\x01\x02" + entry + name)
            at = begin + size
        tail = b"".join(directory)
        count = len(directory)
        end = tail + b"PK\x05\x06" + struct.pack("<4H2IH", 0, 0, count, count, len(tail), at, 0)
        if self.map[at:] != end:
            raise Unreadable("tệp ZIP bị thay đổi sau byte %d · the ZIP was altered after byte %d" % (at, at))

    def names(self):
        return set(self.places)

    def read(self, name):
        begin, size = self.places[name]
        return self.map[begin : begin + size]


def open_source(path):
    if os.path.isdir(path):
        return Folder(path)
    if os.path.isfile(path):
        return Zip(path)
    raise Unreadable("không có · there is no " + path)


def sha256(*parts):
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return digest.digest()


# ---- 1. the bundle is whole -----------------------------------------------------------------------------------------

TAG_FILES = {"bagit.txt", "bag-info.txt", "manifest-sha256.txt", "index.html", "verify.py"}


def read_manifest(source, name):
    listed = {}
    text = source.read(name).decode("utf-8")
    if not text.endswith("\n"):
        raise Unreadable(name)
    for line in text[:-1].split("\n"):
        match = re.fullmatch(r"([0-9a-f]{64})  (\S.*)", line)
        if match is None or match.group(2) in listed:
            raise Unreadable("%s: %r" % (name, line))
        listed[match.group(2)] = match.group(1)
    return listed


def check_whole(said, source):
    said.step("Gói còn nguyên vẹn", "The bundle is whole")
    names = source.names()
    before = len(said.failures)
    tags = read_manifest(source, "tagmanifest-sha256.txt")
    payload = read_manifest(source, "manifest-sha256.txt")
    if set(tags) != TAG_FILES or any(not name.startswith("data/") for name in payload):
        said.fail("danh mục liệt kê sai tệp", "the manifests list other files than a bundle has")
    listed = {**tags, **payload}
    for name in sorted(set(listed) - names):
        said.fail("thiếu tệp " + name, "missing file " + name)
    for name in sorted(names - set(listed) - {"tagmanifest-sha256.txt", "seal.txt"}):
        said.fail("tệp lạ " + name, "unlisted file " + name)
    for name in sorted(set(listed) & names):
        if sha256(source.read(name)).hex() != listed[name]:
            said.fail("tệp đã bị thay đổi: " + name, "object altered: " + name)
    if len(said.failures) == before:
        said.ok("%d tệp khớp danh mục, không thiếu, không thừa" % len(listed), "%d files match the manifests, none missing, none added" % len(listed))


# ---- signed notes (c2sp.org/signed-note, Ed25519) -------------------------------------------------------------------

SPKI_HEAD = bytes.fromhex("302a300506032b6570032100")


def strict_base64(text):
    raw = base64.b64decode(text, validate=True)
    if base64.b64encode(raw).decode() != text:
        raise ValueError("base64")
    return raw


class Key:
    def __init__(self, text):
        self.text = text.strip()
        match = re.fullmatch(r"([^+\s]+)\+([0-9a-f]{8})\+(\S+)", self.text)
        if match is None:
            raise Unreadable("khóa kiểm chứng · verifier key: %r" % text)
        raw = strict_base64(match.group(3))
        self.name, self.public = match.group(1), raw[1:]
        self.id = sha256(self.name.encode() + b"\n" + raw)[:4]
        if len(raw) != 33 or raw[0] != 1 or self.id.hex() != match.group(2):
            raise Unreadable("khóa kiểm chứng · verifier key: %r" % text)

    def signed(self, note):
        """The note's text if its one signature is this key's, else None."""
        match = re.fullmatch(r"(.*\n)\n— (\S+) (\S+)\n", note, re.DOTALL)
        if match is None or match.group(2) != self.name:
            return None
        try:
            raw = strict_base64(match.group(3))
        except ValueError:
            return None
        if len(raw) != 68 or raw[:4] != self.id:
            return None
        return match.group(1) if verify_ed25519(self.public, raw[4:], match.group(1).encode()) else None


def verify_ed25519(public, signature, message):
    with tempfile.TemporaryDirectory() as folder:
        paths = [os.path.join(folder, name) for name in ("key", "signature", "message")]
        for path, data in zip(paths, (SPKI_HEAD + public, signature, message)):
            with open(path, "wb") as file:
                file.write(data)
        command = ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", paths[0], "-rawin", "-sigfile", paths[1], "-in", paths[2]]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0


class Checkpoint:
    def __init__(self, note):
        self.note = note
        text = note.split("\n\n— ")[0] + "\n"
        match = re.fullmatch(r"(\S+)\n(0|[1-9][0-9]*)\n(\S+)\ntime (\S+)\n", text)
        if match is None:
            raise Unreadable("mốc · checkpoint: %r" % note[:80])
        self.origin, self.size = match.group(1), int(match.group(2))
        self.root, self.time = strict_base64(match.group(3)), instant(match.group(4))
        self.consistency, self.token = [], None
        self.stamped = None


def instant(text):
    """Milliseconds since the epoch."""
    match = re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.(\d{3})Z", text)
    if match is None:
        raise Unreadable("thời điểm · instant: %r" % text)
    seconds = datetime.datetime.strptime(match.group(1), "%Y-%m-%dT%H:%M:%S").replace(tzinfo=UTC)
    return int(seconds.timestamp()) * 1000 + int(match.group(2))


def shown(ms):
    return datetime.datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%SZ")


# ---- 2. keys --------------------------------------------------------------------------------------------------------


def check_keys(said, source, kept):
    said.step("Khóa ký của nhật ký", "The log's signing keys")
    rows = json.loads(source.read("data/log/keys.json"))
    keys = [(Key(row["verifierKey"]), row["fromSize"]) for row in rows]
    for (old, _), (new, from_size), row in zip(keys, keys[1:], rows[1:]):
        wanted = "%s/key-rotation\n%d\n%s\n" % (old.name, from_size, new.text)
        if old.signed(row["rotationNote"] or "") == wanted:
            said.ok("khóa cũ đã ký giới thiệu khóa mới từ bản ghi %d" % from_size, "the old key named the new one from record %d on" % from_size)
        else:
            said.fail("khóa mới không được khóa cũ ký giới thiệu", "key rotation: the new key was not named by the old one")
    if kept is None:
        said.note(
            "chưa đưa --key: chỉ biết gói tự khớp với khóa ghi trong gói; hãy so với khóa in trong báo cáo: " + keys[0][0].text,
            "no --key given: the bundle only agrees with its own key; compare with the one printed in a report",
        )
    elif any(key.text == kept.text for key, _ in keys):
        said.ok("khóa đúng là khóa kiểm tra viên giữ", "the key is the one you kept")
    else:
        said.fail("khóa trong gói không phải khóa kiểm tra viên giữ", "wrong trust root: the bundle's key is not the one you kept")
    return keys


def responsible(keys, size):
    used = [key for key, from_size in keys if from_size < size]
    return used[-1] if used else keys[0][0]


def check_seal(said, source, keys, scope):
    note = source.read("seal.txt").decode("utf-8")
    digest = sha256(source.read("tagmanifest-sha256.txt")).hex()
    wanted = "%s/bundle\n%s\n%s\n" % (keys[0][0].name, scope["export"], digest)
    if keys[-1][0].signed(note) == wanted:
        said.ok("niêm phong của gói đúng chữ ký", "the bundle's seal is signed")
    else:
        said.fail("niêm phong của gói sai: gói đã bị sửa sau khi xuất", "the bundle's seal does not fit: it was altered after export")


# ---- RFC 6962 -------------------------------------------------------------------------------------------------------


def node(left, right):
    return sha256(b"\x01", left, right)


def root_of_inclusion(index, size, leaf, path):
    """RFC 9162, 2.1.3.2. None when the proof has the wrong shape."""
    fn, sn, current = index, size - 1, leaf
    for sibling in path:
        if sn == 0:
            return None
        if fn % 2 == 1 or fn == sn:
            current = node(sibling, current)
            while fn % 2 == 0 and fn != 0:
                fn, sn = fn >> 1, sn >> 1
        else:
            current = node(current, sibling)
        fn, sn = fn >> 1, sn >> 1
    return current if sn == 0 else None


def is_consistent(old, old_root, size, root, path):
    """RFC 9162, 2.1.4.2."""
    if old == size:
        return path == [] and old_root == root
    if old == 0:
        return path == []
    whole = list(path) if old & (old - 1) else [old_root] + list(path)
    if not whole:
        return False
    fn, sn = old - 1, size - 1
    while fn % 2 == 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = whole[0]
    for sibling in whole[1:]:
        if sn == 0:
            return False
        if fn % 2 == 1 or fn == sn:
            fr, sr = node(sibling, fr), node(sibling, sr)
            while fn % 2 == 0 and fn != 0:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node(sr, sibling)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and fr == old_root and sr == root


# ---- 3. checkpoints -------------------------------------------------------------------------------------------------


def check_checkpoints(said, source, keys):
    said.step("Các mốc đã ký của nhật ký", "The log's signed checkpoints")
    checkpoints = []
    for row in json.loads(source.read("data/log/checkpoints.json")):
        checkpoint = Checkpoint(row["note"])
        checkpoint.consistency = [strict_base64(text) for text in row["consistency"]]
        checkpoint.token = row["token"]
        checkpoints.append(checkpoint)
    if not checkpoints:
        raise Unreadable("gói không có mốc nào · the bundle has no checkpoint")
    final = checkpoints[-1]
    before = len(said.failures)
    for previous, checkpoint in zip([None] + checkpoints, checkpoints):
        named = "%d bản ghi, %s" % (checkpoint.size, shown(checkpoint.time))
        key = responsible(keys, checkpoint.size)
        if checkpoint.origin != key.name or key.signed(checkpoint.note) is None:
            said.fail("mốc sai chữ ký: " + named, "checkpoint not signed by the log's key: size %d" % checkpoint.size)
        if previous and (checkpoint.size, checkpoint.time) <= (previous.size, previous.time):
            said.fail("mốc không theo thứ tự: " + named, "checkpoints out of order: size %d" % checkpoint.size)
        if not is_consistent(checkpoint.size, checkpoint.root, final.size, final.root, checkpoint.consistency):
            said.fail("mốc không phải phần đầu của nhật ký cuối: " + named, "consistency: not a beginning of the final log: size %d" % checkpoint.size)
    if len(said.failures) == before:
        said.ok(
            "%d mốc đúng chữ ký; mốc nào cũng là phần đầu của mốc cuối (%d bản ghi, %s)" % (len(checkpoints), final.size, shown(final.time)),
            "%d checkpoints signed, each a beginning of the last one" % len(checkpoints),
        )
    return checkpoints


def check_kept(said, checkpoints, keys, kept):
    said.step("Mốc do kiểm tra viên giữ", "Checkpoints you kept")
    if not kept:
        said.note(
            "chưa đưa --checkpoint: nếu cả khóa nhật ký và khóa dấu thời gian bị đánh cắp, chỉ một mốc giữ ở ngoài mới phát hiện được",
            "no --checkpoint given: a log rewritten with both keys stolen shows only against a checkpoint kept outside",
        )
    final = checkpoints[-1]
    for text in kept:
        printed = re.fullmatch(r"([0-9]+):([0-9a-f]{64})", text)
        if printed:
            size, root, signed = int(printed.group(1)), bytes.fromhex(printed.group(2)), False
        else:
            checkpoint = Checkpoint(kept_note(text))
            size, root = checkpoint.size, checkpoint.root
            signed = any(key.signed(checkpoint.note) for key, _ in keys)
            if not signed:
                said.fail("mốc đã giữ không do khóa của gói này ký", "wrong trust root: the kept checkpoint is signed by another key")
                continue
        same = [one for one in checkpoints if one.size == size]
        if size > final.size:
            said.fail(
                "các bản ghi mới nhất đã bị cắt: mốc đã giữ có %d bản ghi, gói chỉ có %d" % (size, final.size),
                "newest entries were cut off: the kept checkpoint has %d records, the bundle %d" % (size, final.size),
            )
        elif not same:
            said.fail("mốc đã giữ (%d bản ghi) không có trong lịch sử của gói" % size, "the kept checkpoint (%d records) is not in the bundle's history" % size)
        elif same[0].root != root:
            proof = "; cả hai đều có chữ ký của nhật ký · both carry the log's signature" if signed else ""
            said.fail(
                "hai lịch sử khác nhau: nhật ký đã bị viết lại từ mốc %d bản ghi%s" % (size, proof),
                "split view: the log was rewritten, its root at %d records is another" % size,
            )
        else:
            said.ok("mốc %d bản ghi trùng với mốc đã giữ" % size, "the checkpoint of %d records is the one you kept" % size)


NOTE = re.compile(r"^\S+\n(?:0|[1-9][0-9]*)\n\S+\ntime \S+\n\n— \S+ \S+\n", re.MULTILINE)


def kept_note(path):
    """The note of a file: alone, or within a mail as it was saved."""
    with open(path, "rb") as file:
        content = file.read()
    texts = [content]
    if re.match(rb"[A-Za-z-]+:", content):
        parts = email.message_from_bytes(content, policy=email.policy.default).walk()
        texts += [part.get_payload(decode=True) for part in parts if part.get_content_maintype() == "text"]
    for text in texts:
        found = NOTE.search(text.decode("utf-8", "replace").replace("\r\n", "\n") + "\n")
        if found:
            return found.group(0)
    raise Unreadable("không thấy mốc trong tệp · no checkpoint in the file: " + path)


# ---- 5. RFC 3161 ----------------------------------------------------------------------------------------------------


def openssl(folder, *arguments):
    return subprocess.run(["openssl", *arguments], cwd=folder, capture_output=True, text=True, errors="replace", check=False)


def check_tokens(said, source, checkpoints, authority):
    said.step("Dấu thời gian RFC 3161 của bên thứ ba", "RFC 3161 tokens of an outside clock")
    tokened = [one for one in checkpoints if one.token is not None]
    if not tokened:
        words = ("không mốc nào có dấu thời gian: ngày giờ chỉ do chính hệ thống nói", "no checkpoint has a token: dates are the system's own word")
        said.fail(*words) if authority else said.note(*words)
        return
    valid, expired = 0, False
    for checkpoint in tokened:
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "note"), "w", encoding="utf-8", newline="") as file:
                file.write(checkpoint.note)
            with open(os.path.join(folder, "token"), "wb") as file:
                file.write(source.read(checkpoint.token))
            named = "mốc %d bản ghi" % checkpoint.size
            text = openssl(folder, "ts", "-reply", "-in", "token", "-text").stdout
            stamped = re.search(r"^Time stamp: (.*) GMT$", text, re.MULTILINE)
            dump = re.findall(r"^    00[01]0 - ((?:[0-9a-f]{2}[ -]){15}[0-9a-f]{2})", text, re.MULTILINE)
            imprint = "".join(dump).replace(" ", "").replace("-", "")
            if stamped is None or imprint != sha256(checkpoint.note.encode()).hex():
                said.fail("dấu thời gian không phải của " + named, "timestamp token is not about the checkpoint of size %d" % checkpoint.size)
                continue
            at = parse_openssl_time(stamped.group(1))
            if authority:
                verify = ["ts", "-verify", "-data", "note", "-in", "token", "-CAfile", os.path.abspath(authority)]
                result = openssl(folder, *verify, "-attime", str(at // 1000))
                if result.returncode != 0:
                    why = "certificate has expired" if "expired" in result.stderr else "wrong trust root or forged"
                    said.fail("dấu thời gian của %s không đúng (%s)" % (named, why), "timestamp token fails: size %d, %s" % (checkpoint.size, why))
                    continue
                expired = expired or openssl(folder, *verify).returncode != 0
                valid += 1
            checkpoint.stamped = at
            if at < checkpoint.time - SLACK * 1000:
                said.fail("mốc tự ghi giờ muộn hơn dấu thời gian: " + named, "a checkpoint dates itself after its token: size %d" % checkpoint.size)
    if authority and valid:
        said.ok("%d dấu thời gian đúng với chứng thư gốc đã đưa" % valid, "%d tokens verify under the root you gave" % valid)
        if expired:
            said.note("chứng thư của dịch vụ nay đã hết hạn, nhưng còn hạn khi đóng dấu", "the authority's certificate has expired since, it was valid when it stamped")
    if not authority:
        said.note("chưa đưa --tsa-ca: chưa biết dấu thời gian do ai ký", "no --tsa-ca given: who signed the tokens is not checked")


def parse_openssl_time(text):
    months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
    match = re.fullmatch(r"(\w{3}) +(\d+) (\d\d):(\d\d):(\d\d)(?:\.\d+)? (\d{4})", text)
    if match is None:
        raise Unreadable("openssl: " + text)
    month, day, hour, minute, second, year = match.groups()
    at = datetime.datetime(int(year), months.index(month) + 1, int(day), int(hour), int(minute), int(second), tzinfo=UTC)
    return int(at.timestamp()) * 1000


# ---- 6. entries -----------------------------------------------------------------------------------------------------


def check_entries(said, source, checkpoints, authority, max_days):
    said.step("Từng bản ghi nằm trong nhật ký", "Every record is in the log")
    final = checkpoints[-1]
    entries, before = [], len(said.failures)
    last, unanchored, early = -1, [], []
    # Not splitlines: a JSON string may hold U+2028 and its like as they are.
    for text in source.read("data/log/entries.jsonl").decode("utf-8").split("\n"):
        if text == "":
            continue
        row = json.loads(text)
        line, index = row["line"], row["index"]
        entry = json.loads(line)
        named = "%s, bản ghi %s" % (entry.get("event"), index)
        if json.dumps(entry, sort_keys=True, ensure_ascii=False, separators=(",", ":")) != line:
            said.fail("bản ghi không ở dạng chuẩn: " + named, "not a canonical line: " + named)
        if index is None or index >= final.size:
            said.fail("bản ghi chưa được mốc nào bao phủ: " + named, "not covered by a checkpoint: " + named)
            continue
        if index <= last:
            said.fail("bản ghi trùng hoặc sai thứ tự: " + named, "records twice or out of order: " + named)
        last = index
        path = [strict_base64(one) for one in row["proof"]]
        if root_of_inclusion(index, final.size, sha256(b"\x00", line.encode()), path) != final.root:
            said.fail("bản ghi không thuộc nhật ký (mã băm gốc không khớp): " + named, "root mismatch: the record is not in the log: " + named)
            continue
        entry["_index"], entry["_line"] = index, line
        entries.append(entry)
        check_window(said, checkpoints, entry, named, authority, max_days, unanchored, early)
    note_all(said, unanchored, "bản ghi chưa có dấu thời gian nào bao phủ", "records are not anchored yet, no token covers them")
    note_all(said, early, "bản ghi ghi giờ sớm hơn mốc trước nó", "records are dated before the checkpoint they came after")
    if len(said.failures) == before:
        said.ok("%d bản ghi đều có đường dẫn tới mã băm gốc" % len(entries), "%d records, each with its path to the root" % len(entries))
    return entries


def note_all(said, named, vi, en):
    """One note for all that are alike: a hundred of them would hide the others."""
    if named:
        some = "; ".join(named[:3]) + ("; …" if len(named) > 3 else "")
        said.note("%d %s: %s" % (len(named), vi, some), "%d %s" % (len(named), en))


def check_window(said, checkpoints, entry, named, authority, max_days, unanchored, early):
    at, index, slack = instant(entry["at"]), entry["_index"], SLACK * 1000
    covering = [one for one in checkpoints if one.size > index]
    earlier = [one for one in checkpoints if one.size <= index]
    stamped = [one.stamped for one in covering if one.stamped is not None][:1]
    floor = [one.stamped for one in earlier if one.stamped is not None][-1:]
    if floor and at < floor[0] - slack:
        said.fail("bản ghi lùi ngày, nằm ngoài khoảng đã neo: " + named, "back-dated, outside its anchored window: %s says %s, but %s was already stamped" % (named, shown(at), shown(floor[0])))
    if stamped and at > stamped[0] + slack:
        said.fail("bản ghi ghi ngày sau khi đã đóng dấu: " + named, "dated after its own token, outside its anchored window: " + named)
    if stamped and stamped[0] - at > max_days * 86_400_000:
        said.fail(
            "bản ghi được neo muộn %d ngày: %s" % ((stamped[0] - at) // 86_400_000, named),
            "anchored too late: the token came %d days after what it vouches for: %s" % ((stamped[0] - at) // 86_400_000, named),
        )
    if authority and not stamped:
        now = datetime.datetime.now(UTC).timestamp() * 1000
        words = ("chưa có dấu thời gian nào bao phủ: " + named, "not anchored: no token covers " + named)
        said.fail(*words) if now - at > max_days * 86_400_000 else unanchored.append(named)
    if not floor and earlier and at < earlier[-1].time - slack:
        early.append(named)


SUBJECTS = ("course", "session", "trainee", "mark")


def check_scope(said, entries, scope):
    """The log knows of this very export, and the extract is about what it claims to be about."""
    before = len(said.failures)
    exports = [one for one in entries if one["event"] == "export" and one.get("access") == scope["export"]]
    if not exports:
        said.fail("nhật ký không có bản ghi của lần xuất này", "no record of this export in the log: " + scope["export"])
    elif any(exports[0].get(name) != scope[name] for name in SUBJECTS):
        said.fail("nhật ký ghi lần xuất này về một mục khác", "the log says this export was about something else")
    else:
        check_extract(said, exports[0], entries)
    subject = scope[scope["kind"]]
    told = [one for one in entries if one["event"] not in ("export", "view") and (one.get(scope["kind"]) == subject or scope["kind"] == "course" and "session" in one)]
    if subject is None or not told:
        said.fail("gói không có bản ghi nào về %s đã ghi trong phạm vi" % scope["kind"], "the extract tells nothing of its %s: %s" % (scope["kind"], subject))
    if len(said.failures) == before:
        said.ok("nhật ký ghi đúng lần xuất này; %d bản ghi nói về mục được hỏi" % len(told), "the log knows of this export; %d records are about its subject" % len(told))


def check_extract(said, export, entries):
    """The export's own record binds every line handed out with it, the latest ones included."""
    told = [one for one in entries if one is not export]
    if "extract" not in export:
        said.note("gói do phiên bản cũ xuất: bản ghi xuất không nói gói có bao nhiêu bản ghi", "an old export: its record does not say how many lines it handed out")
    elif len(told) != export["records"]:
        said.fail(
            "lần xuất ghi %d bản ghi, gói có %d" % (export["records"], len(told)),
            "left out: the export handed out %d records, the bundle has %d" % (export["records"], len(told)),
        )
    elif sha256(*(one["_line"].encode() + b"\n" for one in told)).hex() != export["extract"]:
        said.fail("các bản ghi không phải những bản ghi đã xuất", "the records are not the ones this export handed out")


# ---- 7. pictures ----------------------------------------------------------------------------------------------------


def wanted_snapshots(entries, scope):
    snapshots = [one for one in entries if one["event"] == "snapshot"]
    if scope["kind"] in ("course", "session"):
        return snapshots
    marks = [one for one in entries if one["event"] == "mark" and one["trainee"] == scope["trainee"]]
    if scope["kind"] == "mark":
        marks = [one for one in marks if one["mark"] == scope["mark"]]
    rounds = {one["round"] for one in marks}
    return [one for one in snapshots if one["round"] in rounds]


def sealed_again(picture, opening):
    """The stored bytes as this picture gives them under this key: AES-256-GCM is counter mode from block 2 on, between nonce and tag."""
    fields = {"salt": 64, "key": 64, "nonce": 24, "tag": 32}
    if not isinstance(opening, dict) or any(not re.fullmatch("[0-9a-f]{%d}" % size, str(opening.get(name))) for name, size in fields.items()):
        raise Unreadable("data/pictures/openings.json")
    command = ["openssl", "enc", "-aes-256-ctr", "-K", opening["key"], "-iv", opening["nonce"] + "00000002"]
    result = subprocess.run(command, input=picture, capture_output=True, check=False)
    if result.returncode != 0 or len(result.stdout) != len(picture):
        raise Unreadable("openssl enc: " + result.stderr.decode("utf-8", "replace"))
    return bytes.fromhex(opening["nonce"]) + result.stdout + bytes.fromhex(opening["tag"])


def is_what_was_sealed(picture, opening, line):
    """The key is the one committed to, and under it the picture gives the object of that name: no other picture does."""
    if opening is None:
        return False
    sealed = sealed_again(picture, opening)
    committed = sha256(bytes.fromhex(opening["salt"]), bytes.fromhex(opening["key"])).hex()
    return committed == line["commitment"] and sha256(sealed).hex() == line["sha256"]


def check_pictures(said, source, entries, scope):
    said.step("Ảnh gốc đúng là ảnh đã niêm phong", "The original pictures are those that were sealed")
    openings = json.loads(source.read("data/pictures/openings.json"))
    before = len(said.failures)
    wanted, people_known = wanted_snapshots(entries, scope), approvers_named(source)
    files = {name for name in source.names() if re.fullmatch(r"data/pictures/[0-9a-f-]{36}\.jpg", name)}
    matched, known, others = 0, {}, []
    for line in wanted:
        name = picture_name(line)
        if scope["copiesOnly"] and not check_deletion(said, entries, line, people_known, quiet=True):
            continue
        if name not in files:
            if not check_deletion(said, entries, line, people_known):
                said.fail("thiếu ảnh %s, không có bản ghi tiêu hủy" % line["snapshot"], "missing, no deletion record: picture " + line["snapshot"])
            continue
        files.discard(name)
        picture = source.read(name)
        if is_what_was_sealed(picture, openings.get(line["snapshot"]), line):
            matched += 1
            known[sha256(picture)] = line["snapshot"]
        else:
            others.append(line)
    for line in others:
        picture = source.read(picture_name(line))
        other = known.get(sha256(picture)) or next((one["snapshot"] for one in others[:50] if is_what_was_sealed(picture, openings.get(one["snapshot"]), one)), None)
        if other is not None:
            said.fail("ảnh %s thật ra là ảnh %s: hai ảnh bị đổi chỗ" % (line["snapshot"], other), "swapped pictures: %s shows %s" % (line["snapshot"], other))
        else:
            said.fail("ảnh %s không phải ảnh đã niêm phong" % line["snapshot"], "object altered: picture %s is not what was sealed" % line["snapshot"])
    for name in sorted(files):
        said.fail("ảnh không có trong nhật ký: " + name, "a picture without a record in the log: " + name)
    if scope["copiesOnly"]:
        said.note("gói chỉ có bản sao để xem; bản sao không bao giờ được tính là ảnh gốc", "copies only: a copy is never counted as the original, so no picture is proven here")
    elif len(said.failures) == before:
        said.ok("%d ảnh gốc niêm phong lại đúng từng byte đã lưu, bằng khóa đã cam kết" % matched, "%d originals sealed again give the stored bytes, under the keys committed to" % matched)
    gaps = [one for one in entries if one["event"] == "gap"]
    if gaps:
        said.ok("%d ảnh thiếu đã được ghi kèm lý do" % len(gaps), "%d missing pictures are on record with their reasons" % len(gaps))
    return {one["snapshot"]: one for one in entries if one["event"] == "snapshot"}


def picture_name(line):
    return "data/pictures/%s.jpg" % line["snapshot"]


def approvers_named(source):
    """Names of approvers the bundle reveals, by the salted hash that stands in the log."""
    found = {}
    for name in source.names():
        match = re.fullmatch(r"data/facts/([0-9a-f]{64})\.json", name)
        if match is None:
            continue
        content = source.read(name)
        fact = json.loads(content)
        if "approver" in fact and sha256(content).hex() == match.group(1):
            found[match.group(1)] = fact["approver"]
    return found


def folded(name):
    """Without case, marks, spaces and signs: one person typed in two ways is one."""
    plain = unicodedata.normalize("NFD", name.replace("đ", "d").replace("Đ", "D"))
    return "".join(one for one in plain.casefold() if one.isalnum())


def check_deletion(said, entries, line, people_known, quiet=False):
    """Whether there is a record of destruction; what is wrong with it is said."""
    records = [one for one in entries if one["event"] == "deletion" and one["object"] == line["object"]]
    if not records or quiet:
        return bool(records)
    for record in records:
        named, course = line["snapshot"], record.get("course")
        before = [one for one in entries if one["_index"] < record["_index"] and one.get("course") == course is not None]
        floor = max([line["retainUntil"]] + [one["retainUntil"] for one in before if one["event"] == "retention"], key=instant)
        lifted = {one["hold"] for one in before if one["event"] == "hold-lifted"}
        if any(one["event"] == "hold" and one["hold"] not in lifted for one in before):
            said.fail("ảnh %s bị tiêu hủy khi đang bị phong tỏa" % named, "deleted under a legal hold: " + named)
        if instant(record["at"]) < instant(floor):
            said.fail("ảnh %s bị tiêu hủy ngày %s, trước hạn lưu %s" % (named, record["at"], floor), "deleted before retain_until: %s, %s < %s" % (named, record["at"], floor))
        approvers = {record.get(key) for key in record if key.startswith("approver")} - {None, ""}
        people = [people_known[one] for one in sorted(approvers) if one in people_known]
        if len(approvers) < 2 or len({folded(one) for one in people}) < len(people):
            said.fail("tiêu hủy ảnh %s cần hai người duyệt khác nhau" % named, "needs two approvers: deletion of " + named)
        by = ", ".join(people) or "?"
        said.note(
            "ảnh %s đã được tiêu hủy ngày %s, biên bản %s, người duyệt: %s" % (named, record["at"], record.get("minute"), by),
            "picture %s was destroyed on record, minutes %s, approved by: %s" % (named, record.get("minute"), by),
        )
    return True


# ---- 8. the capture plan (services/timetable) -----------------------------------------------------------------------


def draw(seed, label, bound):
    count = math.ceil((bound.bit_length() + 128) / 256)
    blocks = [hmac.new(seed, label.encode() + b"\x00" + struct.pack(">I", i), "sha256").digest() for i in range(count)]
    return int.from_bytes(b"".join(blocks), "big") % bound


def halves(frame):
    start, end = instant(frame["startsAt"]), instant(frame["endsAt"])
    if frame["break"] is not None:
        return (start, instant(frame["break"]["startsAt"])), (instant(frame["break"]["endsAt"]), end)
    periods = frame["periods"]
    cut = instant(periods[math.ceil(len(periods) / 2)]["startsAt"]) if len(periods) > 1 else math.floor((start + end) / 2)
    return (start, cut), (cut, end)


def allowed_instants(plan):
    rules, frame = plan["rules"], plan["frame"]
    spacing = max(1, math.ceil(rules["minRoundSpacingMinutes"] * 60))
    inner = 0 if frame["break"] is None else rules["breakMarginMinutes"]
    edge = rules["edgeMarginMinutes"]
    burst = max(0, rules["burst"]["pictures"] - 1) * rules["burst"]["spacingSeconds"]
    kept = [instant(one["dueAt"]) / 1000 for one in plan["alreadyValid"]]
    found = []
    for half, (start, end), before, after in zip((1, 2), halves(frame), (edge, inner), (inner, edge)):
        first = math.ceil(max(start / 1000 + before * 60, instant(plan["from"]) / 1000))
        last = math.floor(end / 1000 - max(1, after * 60, burst))
        found += [(second, half) for second in range(first, last + 1)]
    return [one for one in found if all(abs(other - one[0]) >= spacing for other in kept)], spacing


def sample(allowed, count, cover, spacing, take):
    after, following = [], 0
    for second, _ in allowed:
        while following < len(allowed) and allowed[following][0] < second + spacing:
            following += 1
        after.append(following)
    suffixes, below = [None] * count, None
    for k in range(count - 1, -1, -1):
        suffix = [0] * (len(allowed) + 1)
        for i in range(len(allowed) - 1, -1, -1):
            half = allowed[i][1]
            barred = (k == 0 and 1 in cover and half != 1) or (k == count - 1 and 2 in cover and half != 2)
            suffix[i] = suffix[i + 1] + (0 if barred else 1 if below is None else below[after[i]])
        suffixes[k] = below = suffix
    total = suffixes[0][0]
    if total == 0:
        return None
    chosen, start, left = [], 0, take(total)
    for suffix in suffixes:
        remaining = suffix[start] - left
        low, high = start, len(suffix) - 1
        while low < high:
            middle = -(-(low + high) // 2)
            low, high = (middle, high) if suffix[middle] >= remaining else (low, middle - 1)
        left = suffix[low] - remaining
        chosen.append(allowed[low])
        start = after[low]
    return chosen


def drawn_instants(plan):
    """The instants (ms) a revealed plan leads to."""
    rules, kept = plan["rules"], plan["alreadyValid"]
    missing = [half for half in (1, 2) if all(one["half"] != half for one in kept)]
    wanted = max(rules["roundsPerSession"] - len(kept), len(missing))
    if wanted <= 0:
        return []
    allowed, spacing = allowed_instants(plan)
    counts = list(range(wanted, 0, -1))
    prefer = plan["preferHalf"]
    preferred = missing if prefer is None or prefer in missing else missing + [prefer]
    covers = [preferred, missing] if len(preferred) <= wanted else [missing]
    attempts = [(count, cover) for cover in covers for count in counts if count >= len(cover)]
    single = [[2], [1], []] if len(missing) > 1 else [[]]
    attempts += [(count, cover) for count in counts for cover in single]
    label = "siso-capture-plan-1|" + plan["sessionId"]
    for count, cover in attempts:
        found = sample(allowed, count, cover, spacing, lambda bound: draw(bytes.fromhex(plan["seed"]), label, bound))
        if found is not None:
            return [second * 1000 for second, _ in found]
    return []


def check_plans(said, source, entries):
    said.step("Giờ chụp được rút ngẫu nhiên và cam kết từ trước", "Capture times were drawn at random and committed to beforehand")
    reveals = {one["plan"]: one for one in entries if one["event"] == "reveal"}
    plans = {one["plan"]: one for one in entries if one["event"] == "plan"}
    closed = {one["session"] for one in entries if one["event"] == "session-closed"}
    due, before = {}, len(said.failures)
    for plan, line in plans.items():
        reveal, name = reveals.get(plan), "data/plans/%s.json" % plan
        if reveal is None and line["session"] in closed:
            said.fail("kế hoạch %s không được công bố dù buổi học đã chốt" % plan, "left out: plan %s is not revealed though its session is closed" % plan)
            continue
        if reveal is None:
            said.note("kế hoạch %s chưa được công bố (buổi học chưa chốt)" % plan, "plan %s is not revealed yet" % plan)
            continue
        if name not in source.names():
            said.fail("thiếu nội dung kế hoạch " + plan, "the plan's content is missing: " + plan)
            continue
        statement = source.read(name)
        content = json.loads(statement)
        if sha256(statement).hex() != line["commitment"] or reveal["commitment"] != line["commitment"] or content["seed"] != reveal["seed"]:
            said.fail("kế hoạch %s đã bị sửa: không khớp cam kết" % plan, "edited plan: %s does not fit its commitment" % plan)
            continue
        if content["sessionId"] != line["session"] or reveal["_index"] < line["_index"]:
            said.fail("kế hoạch %s công bố sai buổi hoặc sai thứ tự" % plan, "edited plan: %s is of another session or revealed before it was made" % plan)
        instants = drawn_instants(content)
        rounds = [one for one in (reveal.get("rounds") or "").split(",") if one]
        if len(rounds) != len(instants):
            said.fail("kế hoạch %s có %d lượt, tính lại được %d" % (plan, len(rounds), len(instants)), "edited plan: %s has %d rounds, the draw gives %d" % (plan, len(rounds), len(instants)))
        due.update({one: (at, line) for one, at in zip(rounds, instants)})
    taken = [one for one in entries if one["event"] == "snapshot" and one["round"] is not None]
    hidden = {line["session"] for plan, line in plans.items() if plan not in reveals}
    for one in taken:
        if one["round"] not in due:
            if one["session"] in hidden - closed:
                continue
            said.fail("ảnh %s thuộc lượt không có trong kế hoạch nào" % one["snapshot"], "a picture of a round no plan has: " + one["snapshot"])
            continue
        at, plan = due[one["round"]]
        late = instant(one["takenAt"]) - at
        # A round more than five minutes late is drawn anew; a burst and its deadline come on top.
        if not -5_000 <= late <= 420_000 or plan["_index"] > one["_index"]:
            said.fail(
                "ảnh %s chụp lúc %s, không phải giờ đã rút %s" % (one["snapshot"], one["takenAt"], shown(at)),
                "picture %s was not taken at its drawn instant: %s, drawn %s" % (one["snapshot"], one["takenAt"], shown(at)),
            )
    if len(said.failures) == before:
        said.ok("%d kế hoạch tính lại được đúng giờ; %d ảnh chụp đúng giờ đã rút" % (len(reveals), len(taken)), "%d plans recomputed; %d pictures taken at their drawn instants" % (len(reveals), len(taken)))


DAY = 86_400_000


def check_over(said, checkpoints, entries):
    """
    A session's own record says when it ends, and it is closed within minutes of that. One that still looks open a day later has
    lost its end: closing, outcomes and revealed plans left out together leave no other trace.
    """
    final, before = checkpoints[-1].time, len(said.failures)
    announced = {one["session"]: one for one in entries if one["event"] == "session"}
    closed = {one["session"] for one in entries if one["event"] == "session-closed"}
    told = {one["session"] for one in entries if one.get("session") and one["event"] not in ("export", "view")}
    for session in sorted(told):
        line = announced.get(session)
        if line is None:
            said.fail("buổi %s không có bản ghi lịch học" % session, "left out: session %s has no record of its own" % session)
        elif session not in closed and line["status"] == "scheduled" and instant(line["endsAt"]) + DAY < final:
            said.fail(
                "buổi %s đã hết giờ từ %s mà không có bản ghi chốt buổi" % (session, shown(instant(line["endsAt"]))),
                "left out: session %s was over at %s and has no session-closed record" % (session, shown(instant(line["endsAt"]))),
            )
    if told and len(said.failures) == before:
        said.ok("%d buổi có bản ghi: buổi nào đã hết giờ đều có bản ghi chốt" % len(told), "%d sessions told: each that is over has its closing" % len(told))


def check_timetable(said, entries, scope):
    """
    A timetable's record names the sessions that stood after it by one hash, and each session names its timetable: all lines of a
    session left out together are missed, even by an export that was logged as just that. Older records say neither.
    """
    before = len(said.failures)
    tables = [one for one in entries if one["event"] == "timetable"]
    sessions = [one for one in entries if one["event"] == "session"]
    known = {one["timetable"] for one in tables}
    for one in sessions:
        if "timetable" in one and one["timetable"] not in known:
            said.fail("thiếu bản ghi lịch học của buổi " + one["session"], "left out: the timetable that session %s stands in" % one["session"])
    if sorted(one["version"] for one in tables) != list(range(1, len(tables) + 1)):
        said.fail("các phiên bản lịch học không liền nhau", "left out: the versions of the timetable have a gap")
    if not tables or "standing" not in tables[-1]:
        return
    last, state = tables[-1], {}
    for one in sessions:
        if one["_index"] < last["_index"]:
            state[one["session"]] = one["status"]
    standing = sorted(session for session in state if state[session] != "cancelled")
    if scope["kind"] == "course" and sha256("\n".join(standing).encode()).hex() != last["standing"]:
        said.fail(
            "lịch học phiên bản %d có %d buổi, gói không kể đúng những buổi ấy (có %d)" % (last["version"], last["sessions"], len(standing)),
            "left out: version %d of the timetable has %d sessions, the bundle tells %d, and not those" % (last["version"], last["sessions"], len(standing)),
        )
    if scope["kind"] == "trainee" and len(standing) < last["sessions"]:
        said.note(
            "lịch học có %d buổi, gói này kể %d buổi; các buổi khác không có kết quả nào của học viên này (nếu lạ: xin gói của cả khóa)" % (last["sessions"], len(standing)),
            "the timetable has %d sessions, this bundle tells %d; in the others the trainee has no result (if that is odd, ask for the whole course)" % (last["sessions"], len(standing)),
        )
    if scope["kind"] == "course" and len(said.failures) == before:
        said.ok("đủ %d buổi của lịch học" % last["sessions"], "all %d sessions of the timetable are told" % last["sessions"])


def check_counts(said, entries):
    """A closed session says how many lines it had: none may be left out of the extract."""
    kinds = {"snapshots": "snapshot", "gaps": "gap", "marks": "mark", "sessionMarks": "session-mark", "plans": "plan"}
    before = len(said.failures)
    closings = {one["session"] for one in entries if one["event"] == "session-closed"}
    ended = {one["session"] for one in entries if one["event"] in ("reveal", "session-mark")}
    for session in sorted(ended - closings):
        said.fail(
            "buổi %s có kết quả hoặc kế hoạch đã công bố nhưng thiếu bản ghi chốt buổi" % session,
            "left out: session %s has outcomes or revealed plans but no session-closed record" % session,
        )
    closed = [one for one in entries if one["event"] == "session-closed" and "snapshots" in one]
    for line in closed:
        own = [one for one in entries if one.get("session") == line["session"] and one["_index"] < line["_index"]]
        for field, event in kinds.items():
            found = sum(1 for one in own if one["event"] == event)
            if found != line[field]:
                said.fail(
                    "buổi %s: nhật ký ghi %d bản ghi %s, gói có %d" % (line["session"], line[field], event, found),
                    "left out: session %s closed with %d %s records, the bundle has %d" % (line["session"], line[field], event, found),
                )
    if closed and len(said.failures) == before:
        said.ok("%d buổi đã chốt: không thiếu bản ghi nào so với lúc chốt" % len(closed), "%d closed sessions: no record of theirs is left out" % len(closed))


def check_standing(said, entries, scope):
    """
    A closing and a report say how many records there were of the course and of its closed sessions: whatever was added before
    the last of them and is left out (a timetable's version with all it added, a correction) is missed. Older ones say neither.
    """
    before = len(said.failures)
    closings = [one for one in entries if one["event"] == "session-closed"]
    tellers = [one for one in entries if one["event"] in ("session-closed", "report") and "courseRecords" in one]
    for teller in tellers:
        earlier = [one for one in entries if one["_index"] < teller["_index"]]
        of_course = sum(1 for one in earlier if one.get("session") is None and one.get("course") == scope["course"])
        done = {one["session"] for one in closings if one["_index"] <= teller["_index"]}
        of_sessions = sum(1 for one in earlier if one.get("session") in done)
        index, event = teller["_index"], teller["event"]
        if of_course < teller["courseRecords"]:
            said.fail(
                "thiếu bản ghi: lúc có bản ghi %d (%s), khóa học đã có %d bản ghi, gói có %d" % (index, event, teller["courseRecords"], of_course),
                "left out: record %d (%s) knew %d records about the course, the bundle has %d" % (index, event, teller["courseRecords"], of_course),
            )
            break
        if scope["kind"] == "course" and of_sessions < teller["sessionRecords"]:
            said.fail(
                "thiếu bản ghi: lúc có bản ghi %d (%s), các buổi đã chốt có %d bản ghi, gói có %d" % (index, event, teller["sessionRecords"], of_sessions),
                "left out: record %d (%s) knew %d records about closed sessions, the bundle has %d" % (index, event, teller["sessionRecords"], of_sessions),
            )
            break
    if tellers and len(said.failures) == before:
        said.ok("không thiếu bản ghi nào của khóa học có trước lần chốt buổi hoặc báo cáo cuối", "no record of the course from before its last closing or report is left out")


def check_reports(said, checkpoints, entries):
    """Each exam announced is reported on before it (N18); its report's record is what tells of the time after the last session."""
    exams = {one["exam"]: one for one in entries if one["event"] == "exam"}
    reports = [one for one in entries if one["event"] == "report"]
    if any("exam" not in one for one in reports):
        return
    for exam in sorted(set(exams) - {one["exam"] for one in reports}):
        if instant(exams[exam]["startsAt"]) + DAY < checkpoints[-1].time:
            said.fail(
                "kỳ kiểm tra %s lúc %s không có bản ghi báo cáo nào" % (exam, shown(instant(exams[exam]["startsAt"]))),
                "left out, or never made: the report for the exam %s of %s" % (exam, shown(instant(exams[exam]["startsAt"]))),
            )


# ---- 9. marks -------------------------------------------------------------------------------------------------------

OUTCOMES = {
    "present": "có mặt · present",
    "absent": "vắng · absent",
    "excused": "vắng có phép · excused",
    "not-observable": "không quan sát được · not observable",
    "review": "cần người xem xét · to be reviewed",
}


def check_marks(said, source, entries, snapshots, scope):
    said.step("Kết quả điểm danh và lý do", "Marks and what they rest on")
    details = {one[key]: one for one in entries for key in one if re.fullmatch(r"detail|approver[0-9]+", key)}
    facts, before = {}, len(said.failures)
    for name in sorted(source.names()):
        match = re.fullmatch(r"data/facts/([0-9a-f]{64})\.json", name)
        if match is None:
            continue
        content = source.read(name)
        digest = sha256(content).hex()
        if digest != match.group(1) or digest not in details:
            said.fail("nội dung không có trong nhật ký: " + name, "a fact the log does not bind: " + name)
            continue
        facts[digest] = json.loads(content)
    names = {fact["trainee"]: fact["fullName"] for digest, fact in facts.items() if details[digest]["event"] == "trainee"}
    shown_marks = 0
    for line in entries:
        if line["event"] not in ("mark", "session-mark", "correction"):
            continue
        wanted = scope["kind"] in ("course", "session") or line["trainee"] == scope["trainee"]
        if scope["kind"] == "mark" and line["event"] == "mark" and line["mark"] != scope["mark"]:
            wanted = False
        fact = facts.get(line.get("detail"))
        if not wanted:
            continue
        if fact is None:
            words = ("thiếu nội dung của kết quả %s" % line.get("mark", line.get("correction")), "the content of a mark is missing or altered: %s" % line.get("mark", line.get("correction")))
            said.fail(*words) if line.get("detail") else said.note("bản ghi cũ, không có mã băm nội dung", "an old record without a hash of its content")
            continue
        if fact["outcome"] != line["outcome"] or fact.get("trainee", line["trainee"]) != line["trainee"]:
            said.fail("nội dung khác bản ghi", "a fact differs from its record: %s" % line["detail"])
        missing = [one["snapshotId"] for one in fact.get("evidence", []) if one["snapshotId"] not in snapshots]
        for one in missing:
            said.fail("kết quả dựa vào ảnh không có trong nhật ký: " + one, "a mark rests on a picture the log does not know: " + one)
        shown_marks += 1
        if scope["kind"] in ("trainee", "mark"):
            who = names.get(line["trainee"], line["trainee"])
            where = "buổi · session %s" % line["session"][:8] if line["event"] != "mark" else "lượt · round %s" % line["round"][:8]
            what = OUTCOMES.get(line["outcome"], line["outcome"]) if line["outcome"] is not None else "rút lại lần sửa %s · withdraws that correction" % line["withdraws"][:8]
            print("      %-14s %s, %s: %s" % (line["event"], who, where, what))
    if len(said.failures) == before:
        said.ok("%d kết quả khớp mã băm trong nhật ký; %d tên người khớp cam kết" % (shown_marks, len(names)), "%d marks match their hashes in the log; %d names match their commitments" % (shown_marks, len(names)))


def check_words(said, entries):
    """A correction is taken back at most once, by a later record about the same mark; what still stands is what the session ends with."""
    made, gone, before = {}, set(), len(said.failures)
    words = [one for one in entries if one["event"] == "correction"]
    for line in words:
        if line["outcome"] is not None:
            made[line["correction"]] = line
            continue
        other = made.get(line.get("withdraws"))
        if other is None or any(other[name] != line[name] for name in ("session", "round", "trainee")):
            said.fail("bản ghi %s rút lại một lần sửa không có" % line["correction"], "withdraws a correction there is none of: " + line["correction"])
        elif line["withdraws"] in gone:
            said.fail("lần sửa %s bị rút lại hai lần" % line["withdraws"], "a correction is withdrawn twice: " + line["withdraws"])
        gone.add(line.get("withdraws"))
    for session, trainee in sorted({(one["session"], one["trainee"]) for one in words}):
        own = [one for one in words if (one["session"], one["trainee"]) == (session, trainee)]
        ends = [one for one in entries if one["event"] == "session-mark" and (one["session"], one["trainee"]) == (session, trainee)]
        stands = [one for one in own if one["round"] is None and one["outcome"] is not None and one["correction"] not in gone]
        if stands and ends and ends[-1]["_index"] > own[-1]["_index"] and ends[-1]["outcome"] != stands[-1]["outcome"]:
            said.fail(
                "buổi %s: kết quả %s không phải điều người sửa đã ghi" % (session, ends[-1]["mark"]),
                "the outcome is not what a person's standing correction says: " + ends[-1]["mark"],
            )
    if words and len(said.failures) == before:
        said.ok("%d lần sửa, %d lần đã rút lại" % (len(made), len(gone)), "%d corrections, %d of them withdrawn" % (len(made), len(gone)))


# ---- all of it ------------------------------------------------------------------------------------------------------

NOT_PROVEN = [
    ("ảnh có thật lúc chụp hay không (camera có thể bị che, bị đánh lừa)", "that a picture was true when it was taken (a camera can be covered or deceived)"),
    ("thứ tự và giờ của các việc trong cùng một khoảng giữa hai mốc", "the order and time of events between two checkpoints"),
    ("những gì thêm vào sau lần chốt buổi hoặc báo cáo cuối của khóa mà người xuất cố ý bỏ và ghi nhật ký đúng như vậy; ngoài gói của cả khóa, còn cả các buổi gói không kể", "what was added after the course's last closing or report, if whoever exported left it out and logged just that; and, but for a whole course's bundle, sessions it does not tell of"),
    ("tên phòng, tên camera, tên khóa học trên trang index.html: lấy từ cơ sở dữ liệu", "names of rooms, cameras and courses on index.html: they come from the database"),
]


def verify(said, options):
    source = open_source(options.bundle)
    needed = TAG_FILES | {"tagmanifest-sha256.txt", "seal.txt", "data/scope.json", "data/log/keys.json", "data/log/checkpoints.json", "data/log/entries.jsonl", "data/pictures/openings.json"}
    absent = sorted(needed - source.names())
    if absent:
        raise Unreadable("thiếu tệp · missing file: " + ", ".join(absent))
    kept_key = None
    if options.key:
        kept_key = Key(open(options.key, encoding="utf-8").read() if os.path.isfile(options.key) else options.key)
    check_whole(said, source)
    scope = json.loads(source.read("data/scope.json"))
    keys = check_keys(said, source, kept_key)
    check_seal(said, source, keys, scope)
    checkpoints = check_checkpoints(said, source, keys)
    check_kept(said, checkpoints, keys, options.checkpoint)
    check_tokens(said, source, checkpoints, options.tsa_ca)
    entries = check_entries(said, source, checkpoints, options.tsa_ca, options.max_anchor_days)
    check_scope(said, entries, scope)
    snapshots = check_pictures(said, source, entries, scope)
    check_plans(said, source, entries)
    check_over(said, checkpoints, entries)
    check_timetable(said, entries, scope)
    check_counts(said, entries)
    check_standing(said, entries, scope)
    check_reports(said, checkpoints, entries)
    check_marks(said, source, entries, snapshots, scope)
    check_words(said, entries)


def main():
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundle", nargs="?", default=os.path.dirname(os.path.abspath(__file__)))
    parser.add_argument("--checkpoint", action="append", default=[])
    parser.add_argument("--key")
    parser.add_argument("--tsa-ca")
    parser.add_argument("--max-anchor-days", type=float, default=3)
    parser.add_argument("--instants", action="store_true", help="tính giờ chụp từ các kế hoạch đọc ở đầu vào chuẩn · instants of the plans read from standard input")
    options = parser.parse_args()
    if options.instants:
        for line in sys.stdin:
            print(json.dumps(drawn_instants(json.loads(line))))
        return 0
    said = Said()
    try:
        verify(said, options)
    except FileNotFoundError as error:
        said.fail("không tìm thấy %s (cần openssl trong máy)" % error.filename, "not found: %s (openssl is needed)" % error.filename)
    except Exception as error:  # whatever cannot be read is not proven
        said.fail("gói không đọc được: %s" % error, "the bundle cannot be read: %s %s" % (type(error).__name__, error))
    print("\nKhông chứng minh được · Not proven by any of this:")
    for vi, en in NOT_PROVEN:
        print("   - %s · %s" % (vi, en))
    if said.failures:
        print("\nKẾT LUẬN: KHÔNG ĐẠT, %d điều sai · VERDICT: FAILED, %d findings" % (len(said.failures), len(said.failures)))
        return 1
    print("\nKẾT LUẬN: ĐẠT, %d điều cần lưu ý · VERDICT: VERIFIED, %d notes" % (len(said.notes), len(said.notes)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
