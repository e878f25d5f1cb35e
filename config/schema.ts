import ipaddr from "ipaddr.js";
import { isAbsolute } from "node:path";
import { z } from "zod";
import type { Bilingual, PackId } from "../services/types.ts";

/** Every variable the service reads: what it accepts, said in one sentence for the person who has to mend it. */

interface Variable<T extends z.ZodType> {
  schema: T;
  /** What is accepted; also the variable's line in the documentation. */
  expects: Bilingual;
}

const path = z.string().refine(isAbsolute);
const wholeNumber = (min: number, max: number) =>
  z.string().regex(/^\d+$/).transform(Number).pipe(z.int().min(min).max(max));
const url = (protocols: RegExp) => z.url({ protocol: protocols, hostname: /./ });
const absolutePath = { vi: "một đường dẫn tuyệt đối", en: "an absolute path" };

export const variables = {
  SISO_DATA: {
    schema: path.optional(),
    expects: {
      vi: "thư mục dữ liệu, đường dẫn tuyệt đối (mặc định /var/lib/siso khi là root, không thì ~/.local/share/siso)",
      en: "the data folder, an absolute path (default /var/lib/siso as root, else ~/.local/share/siso)",
    },
  },
  SISO_DATABASE_URL: {
    schema: url(/^postgres(ql)?$/).optional(),
    expects: {
      vi: "địa chỉ postgres://… của máy chủ PostgreSQL; bỏ trống biến này thì dùng PostgreSQL nhúng",
      en: "a postgres://… address; without the variable the embedded PostgreSQL is used",
    },
  },
  SISO_REDIS_URL: {
    schema: url(/^rediss?$/).optional(),
    expects: {
      vi: "địa chỉ redis://… cho hàng đợi; bỏ biến này thì hàng đợi nằm trong PostgreSQL",
      en: "a redis://… address for the queue; without the variable the queue is in PostgreSQL",
    },
  },
  SISO_ARCHIVE_DIR: { schema: path.optional(), expects: absolutePath },
  SISO_KEY_FILE: {
    schema: path.optional(),
    expects: {
      vi: "tệp khóa mã hóa khóa, đường dẫn tuyệt đối, nằm ngoài thư mục dữ liệu",
      en: "the key-encryption key's file, an absolute path outside the data folder",
    },
  },
  SISO_ARCHIVE_SECOND: {
    schema: z
      .string()
      .refine(
        (text) => isAbsolute(text) || /^s3:\/\/[a-z0-9][a-z0-9.-]{2,62}(\/[A-Za-z0-9._-]+)*$/.test(text),
      )
      .optional(),
    expects: {
      vi: "nơi giữ bản sao thứ hai của kho: một thư mục (đường dẫn tuyệt đối, nên ở đĩa hoặc máy khác) hoặc s3://bucket/tiền-tố",
      en: "where the archive's second copy is kept: a folder (an absolute path, better on another disk or machine) or s3://bucket/prefix",
    },
  },
  SISO_S3_ENDPOINT: {
    schema: url(/^https?$/).optional(),
    expects: {
      vi: "địa chỉ dịch vụ S3, ví dụ https://s3.example.vn; bắt buộc khi SISO_ARCHIVE_SECOND là s3://…",
      en: "the S3 service's address, e.g. https://s3.example.vn; required when SISO_ARCHIVE_SECOND is s3://…",
    },
  },
  SISO_S3_REGION: {
    schema: z
      .string()
      .regex(/^[a-z0-9-]+$/)
      .default("us-east-1"),
    expects: { vi: "vùng của dịch vụ S3 (mặc định us-east-1)", en: "the S3 region (default us-east-1)" },
  },
  SISO_S3_CREDENTIALS_FILE: {
    schema: path.optional(),
    expects: {
      vi: "tệp hai dòng: access key id, rồi secret access key; đường dẫn tuyệt đối",
      en: "a file of two lines: access key id, then secret access key; an absolute path",
    },
  },
  SISO_S3_LOCK: {
    schema: z.enum(["compliance", "none"]).default("compliance"),
    expects: {
      vi: "compliance: khóa từng đối tượng đến hết thời hạn lưu trữ (bucket phải bật Object Lock); none: không khóa (mặc định compliance)",
      en: "compliance: lock each object until its retention ends (the bucket needs Object Lock); none: no lock (default compliance)",
    },
  },
  SISO_TIME_SOURCES: {
    schema: z
      .string()
      .transform((text) => text.split(",").map((part) => part.trim()))
      .pipe(z.array(z.string().regex(/^(https?|ntp):\/\/[^\s/]+(\/\S*)?$/)))
      .default([]),
    expects: {
      vi: "các đồng hồ độc lập để đối chiếu trước khi tiêu hủy, cách nhau bằng dấu phẩy, ví dụ ntp://ntp.example.vn,https://example.vn (mặc định không có)",
      en: "independent clocks compared before any disposal, separated by commas, e.g. ntp://ntp.example.vn,https://example.vn (default none)",
    },
  },
  SISO_API_HOST: {
    schema: z
      .string()
      .refine((host) => host === "localhost" || ipaddr.isValid(host))
      .default("127.0.0.1"),
    expects: {
      vi: "địa chỉ IP mà API lắng nghe (mặc định 127.0.0.1)",
      en: "the IP address the API listens on (default 127.0.0.1)",
    },
  },
  SISO_API_PORT: {
    schema: wholeNumber(0, 65_535).default(8400),
    expects: {
      vi: "cổng của API, 1–65535, hoặc 0 để lấy cổng trống (mặc định 8400)",
      en: "the API's port, 1–65535, or 0 for any free one (default 8400)",
    },
  },
  SISO_API_TOKEN_FILE: {
    schema: path.optional(),
    expects: {
      vi: "tệp chứa mã truy cập API, ít nhất 32 ký tự, đường dẫn tuyệt đối",
      en: "a file holding the API's access token, at least 32 characters, an absolute path",
    },
  },
  SISO_CAMERA_SUBNETS: {
    schema: z
      .string()
      .transform((text) => text.split(",").map((part) => part.trim()))
      .pipe(z.array(z.string().refine(ipaddr.isValidCIDR)).min(1))
      .default(["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"]),
    expects: {
      vi: "các dải mạng của camera, cách nhau bằng dấu phẩy, ví dụ 192.168.10.0/24 (mặc định các dải mạng riêng)",
      en: "the cameras' subnets, separated by commas, e.g. 192.168.10.0/24 (default the private ranges)",
    },
  },
  SISO_MODEL_PACK: {
    schema: z
      .string()
      .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
      .default("fr-1")
      .transform((id) => id as PackId),
    expects: { vi: "mã bộ mô hình (mặc định fr-1)", en: "the id of a model pack (default fr-1)" },
  },
  SISO_MODEL_PACKS_DIR: {
    schema: path.optional(),
    expects: {
      vi: "thư mục chứa các gói mô hình riêng của đơn vị, mỗi gói một thư mục mang mã gói; đường dẫn tuyệt đối",
      en: "the folder of the institution's own model packs, one folder each, named as the pack; an absolute path",
    },
  },
  SISO_MIN_FREE_BYTES: {
    schema: wholeNumber(0, Number.MAX_SAFE_INTEGER).default(5 * 1024 ** 3),
    expects: {
      vi: "số byte trống tối thiểu của đĩa lưu trữ; ít hơn thì ngừng lập kế hoạch chụp (mặc định 5368709120)",
      en: "bytes the archive's disk must keep free, else planning stops (default 5368709120)",
    },
  },
  SISO_TIMESTAMP_URL: {
    schema: url(/^https?$/).optional(),
    expects: {
      vi: "địa chỉ http(s)://… của dịch vụ cấp dấu thời gian RFC 3161; bỏ trống thì nhật ký không có dấu thời gian bên ngoài",
      en: "an http(s)://… address of an RFC 3161 timestamp authority; without it the log has no outside clock",
    },
  },
  SISO_INSTITUTION_FILE: {
    schema: path.optional(),
    expects: {
      vi: "tệp JSON mô tả cơ sở, đơn vị, phòng, camera, quy tắc của học viện; đường dẫn tuyệt đối",
      en: "a JSON file of the institution's campuses, units, rooms, cameras, rules; an absolute path",
    },
  },
  SISO_LOG_LEVEL: {
    schema: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info"),
    expects: {
      vi: "trace, debug, info, warn, error, fatal hoặc silent (mặc định info)",
      en: "trace, debug, info, warn, error, fatal or silent (default info)",
    },
  },
  SISO_WORKER_CONCURRENCY: {
    schema: wholeNumber(1, 64).default(2),
    expects: {
      vi: "số việc chạy cùng lúc, 1–64 (mặc định 2)",
      en: "how many jobs run at once, 1–64 (default 2)",
    },
  },
} as const satisfies Record<string, Variable<z.ZodType>>;

export type VariableName = keyof typeof variables;

type Schemas = { [Name in VariableName]: (typeof variables)[Name]["schema"] };
const schemas = Object.fromEntries(
  Object.entries(variables).map(([name, { schema }]) => [name, schema]),
) as Schemas;

export const environment = z.object(schemas);
export type Environment = z.infer<typeof environment>;

/** Set by our own tools and tests for the processes they start; nothing an operator configures. */
export const ownVariable = /^SISO_(LEFT_OUT|DEBUG|TEST_\w+)$/;
