import { timingSafeEqual } from "node:crypto";
import swagger from "@fastify/swagger";
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from "fastify";
import {
  hasZodFastifySchemaValidationErrors,
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
} from "fastify-type-provider-zod";
import { SisoError, type ErrorCode } from "../errors.ts";
import { courseRoutes } from "./course-routes.ts";
import type { ApiDependencies } from "./dependencies.ts";
import { healthRoutes } from "./health-routes.ts";

const statusOf: Partial<Record<ErrorCode, number>> = {
  "not-found": 404,
  "input-invalid": 422,
  "file-refused": 422,
  "file-unreadable": 422,
  "database-unavailable": 503,
  "queue-unavailable": 503,
};

export type Api = FastifyInstance;

/** HTTP in front of the rows; it reads and it stores what people say, it never decides. */
export async function buildApi(deps: ApiDependencies): Promise<Api> {
  const log: FastifyBaseLogger = deps.log;
  const app = Fastify({
    loggerInstance: log,
    logController: new Fastify.LogController({ disableRequestLogging: true }),
    bodyLimit: 1024 * 1024,
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(answerError);
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).send({
      code: "not-found",
      vi: "Không có địa chỉ này.",
      en: "There is nothing at this address.",
    }),
  );
  await app.register(swagger, {
    openapi: { openapi: "3.1.0", info: { title: "Sĩ số", version: "0.1.0" } },
    transform: jsonSchemaTransform,
  });
  healthRoutes(app, deps);
  await app.register(async (closed) => {
    closed.addHook("onRequest", requireToken(deps.token));
    await closed.register(courseRoutes, { deps });
  });
  app.get("/openapi.json", { schema: { hide: true } }, () => app.swagger());
  return app;
}

function requireToken(token: string | null) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const given = request.headers.authorization?.replace(/^Bearer /, "") ?? "";
    if (token !== null && sameSecret(given, token)) return;
    await reply.code(401).send({
      code: "unauthorised",
      vi: "Cần mã truy cập hợp lệ (SISO_API_TOKEN_FILE).",
      en: "A valid access token is needed (SISO_API_TOKEN_FILE).",
    });
  };
}

function sameSecret(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply) {
  if (hasZodFastifySchemaValidationErrors(error)) {
    const fields = error.validation.map((issue) => issue.instancePath || issue.message).join(", ");
    const words = { vi: `Yêu cầu không hợp lệ: ${fields}.`, en: `The request is not valid: ${fields}.` };
    return reply.code(400).send({ code: "request-invalid", ...words });
  }
  if (error instanceof SisoError) {
    return reply.code(statusOf[error.code] ?? 500).send({ code: error.code, ...error.words });
  }
  request.log.error({ err: error }, "request failed");
  return reply.code(500).send({
    code: "internal",
    vi: "Có lỗi trong hệ thống; đã ghi vào nhật ký.",
    en: "Something failed inside; it is in the log.",
  });
}
