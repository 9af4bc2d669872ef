import type { Control } from './verbs.ts';

/** The control door of an emulator in another process. */
export function controlAt(url: string, token: string): Control {
  return async (name, input) => {
    const response = await fetch(`${url}/_control/${name}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(input),
    });
    const { result, error } = (await response.json()) as { result: never; error?: string };
    if (error !== undefined) throw new Error(error);
    return result;
  };
}
