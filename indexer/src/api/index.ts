import { db } from "ponder:api";
import schema from "ponder:schema";
import { Hono } from "hono";
import { client, graphql } from "ponder";

/** GraphQL at `/graphql` and `/`, SQL with live push for `@ponder/client` at `/sql`. Ponder adds `/ready`, `/status`, `/metrics`. */
const api = new Hono();

api.get("/healthz", (context) => context.json({ ok: true }));
api.use("/graphql", graphql({ db, schema }));
api.use("/sql/*", client({ db, schema }));
api.use("/", graphql({ db, schema }));

export default api;
