import { useMutation } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { api, ask, type Schemas } from '../api/client';
import { Button } from '../ui/button';
import { CopyField } from '../ui/copy-field';
import { Field } from '../ui/field';
import { SelectField } from '../ui/select-field';
import { ErrorNotice } from '../ui/state';
import { words } from '../words/words';
import type { Asset } from './queries';

type Wanted = Schemas['VariantRequest'];

const RESIZES = ['fit', 'fill', 'force'] as const;
const FORMATS = ['auto', 'avif', 'webp', 'jpg', 'png'] as const;
const GRAVITIES = ['smart', 'center', 'north', 'south', 'east', 'west'] as const;

/** The picture in another size and format: its signed URL, and what is there. */
export function Variants({ asset: { id } }: { asset: Asset }) {
  const [isShown, setIsShown] = useState(false);
  const sign = useMutation({
    mutationFn: async (wanted: Wanted) => {
      const body = { variants: [wanted] };
      const { variants } = await ask(api.POST('/assets/{id}/variants', { params: { path: { id }, header: {} }, body }));
      return variants[0]?.url ?? '';
    },
    onMutate: () => setIsShown(false),
  });
  const onSubmit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    sign.mutate(readForm(new FormData(event.currentTarget)));
  };
  return (
    <section className="card" aria-labelledby="variants">
      <header>
        <div>
          <h2 id="variants">{words.asset.variants}</h2>
          <p className="muted small">{words.asset.variantsHint}</p>
        </div>
      </header>
      <form className="body stack" onSubmit={onSubmit}>
        <div className="variant-fields">
          <Field label={words.asset.width} name="width" type="number" min={1} max={10_000} defaultValue={640} />
          <Field label={words.asset.height} name="height" type="number" min={1} max={10_000} defaultValue={360} />
          <SelectField label={words.asset.resize} name="resize" options={named(RESIZES)} defaultValue="fill" />
          <SelectField label={words.asset.gravity} name="gravity" options={named(GRAVITIES)} defaultValue="smart" />
          <SelectField label={words.asset.format} name="format" options={named(FORMATS)} defaultValue="auto" />
          <Field label={words.asset.quality} name="quality" type="number" min={1} max={100} defaultValue={75} />
        </div>
        <div className="row">
          <Button kind="primary" type="submit" disabled={sign.isPending}>
            {words.asset.makeUrl}
          </Button>
        </div>
        <ErrorNotice error={sign.error} />
        {sign.data !== undefined && (
          <>
            <CopyField label={words.asset.signedUrl} value={sign.data} />
            <div className="variant-picture" data-shown={isShown}>
              <img src={sign.data} alt={words.asset.variantShown} onLoad={() => setIsShown(true)} />
            </div>
          </>
        )}
      </form>
    </section>
  );
}

const named = (options: readonly string[]): [string, string][] => {
  const names: Record<string, string> = words.asset.options;
  return options.map((option) => [option, names[option] ?? option.toUpperCase()]);
};

function readForm(form: FormData): Wanted {
  const number = (name: string): number | undefined => Number(form.get(name)) || undefined;
  const choice = <Value extends string>(name: string, values: readonly Value[]): Value | undefined =>
    values.find((value) => value === form.get(name));
  const resize = choice('resize', RESIZES);
  return {
    width: number('width'),
    height: number('height'),
    resize,
    ...(resize === 'fill' && { gravity: choice('gravity', GRAVITIES) }),
    format: choice('format', FORMATS),
    quality: number('quality'),
  };
}
