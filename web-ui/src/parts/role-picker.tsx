import type { Role } from "../api/types";
import { strings } from "../strings";

type Props = { id: string; label: string; role: Role; onPick(role: Role): void };

/** The three roles, each with what it means. */
export function RolePicker({ id, label, role, onPick }: Props) {
  return (
    <>
      <label for={id}>{label}</label>
      <select id={id} data-testid={id} value={role} onChange={(event) => onPick(event.currentTarget.value as Role)}>
        {ROLES.map((role) => (
          <option key={role} value={role}>
            {strings.roles[role]}: {strings.roleMeanings[role]}
          </option>
        ))}
      </select>
    </>
  );
}

const ROLES: Role[] = ["owner", "family", "guest"];
