/** Questions to the index, in GraphQL. */

/** Asks the index. Amounts come as decimal strings. */
export async function ask<Result>(
  url: string,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<Result> {
  const response = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query, variables }),
  });
  const body = (await response.json()) as { data?: Result; errors?: { message: string }[] };
  if (body.errors?.length)
    throw new Error(`The index refused a question: ${body.errors.map((error) => error.message).join("; ")}`);
  if (!body.data) throw new Error(`The index answered ${response.status} without data.`);
  return body.data;
}

/** Repeats a question until its answer is a value, or fails with a sentence. */
export async function until<Result>(
  what: string,
  seconds: number,
  question: () => Promise<Result | undefined>,
): Promise<Result> {
  const deadline = Date.now() + seconds * 1000;
  let last: unknown;
  while (Date.now() < deadline) {
    try {
      const answer = await question();
      if (answer !== undefined) return answer;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 400));
  }
  throw new Error(
    `${what} did not happen within ${seconds} s.${last instanceof Error ? ` Last error: ${last.message}` : ""}`,
  );
}
