import type { ButtonHTMLAttributes } from 'react';
import { Icon, type IconName } from './icon';

interface Look {
  kind?: 'primary' | 'quiet' | 'plain';
  danger?: boolean;
  small?: boolean;
  icon?: IconName;
}

type ButtonProps = Look & ButtonHTMLAttributes<HTMLButtonElement>;

export const buttonClass = ({ kind = 'plain', danger, small }: Look, more = ''): string =>
  ['button', kind === 'plain' ? '' : kind, danger ? 'danger' : '', small ? 'small' : '', more]
    .filter(Boolean)
    .join(' ');

export function Button({ kind, danger, small, icon, children, className = '', ...rest }: ButtonProps) {
  return (
    <button type="button" className={buttonClass({ kind, danger, small }, className)} {...rest}>
      {icon && <Icon name={icon} size={small ? 16 : 18} />}
      {children}
    </button>
  );
}

/** A button that is a drawing; its name is read aloud and shown when the pointer rests on it. */
export function IconButton({
  icon,
  label,
  small,
  kind = 'quiet',
  danger,
  className = '',
  ...rest
}: ButtonProps & { icon: IconName; label: string }) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      className={buttonClass({ kind, danger, small }, `icon ${className}`)}
      {...rest}
    >
      <Icon name={icon} size={small ? 16 : 18} />
    </button>
  );
}
