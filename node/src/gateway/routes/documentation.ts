import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import { jsonSchemaTransform } from "fastify-type-provider-zod";
import type { Server } from "../../app/server.ts";

/** Describes the routes that are added afterwards, and shows them at /docs. */
export async function addDocumentation(server: Server, version: string): Promise<void> {
  await server.register(swagger, {
    openapi: {
      info: {
        title: "OpenLedger gateway",
        description:
          "Contribute files, follow them to their verdict, read published content. A refusal is always an object with a code, a sentence and a next step.",
        version,
      },
      tags: [
        { name: "contribute", description: "From files to a verdict" },
        { name: "content", description: "What was published" },
        { name: "train", description: "Job specs, artifacts and progress" },
        { name: "about", description: "This gateway" },
      ],
    },
    transform: jsonSchemaTransform,
  });
  await server.register(swaggerUi, { routePrefix: "/docs", staticCSP: true });
}
