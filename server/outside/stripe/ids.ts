/** The id of what is expanded or not. */
export function idOf(of: string | { id: string } | null | undefined): string | null {
  return typeof of === 'object' ? (of?.id ?? null) : (of ?? null);
}
