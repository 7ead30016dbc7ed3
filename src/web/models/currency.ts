import { useLocalStorage } from '@mantine/hooks';

export const currencies = ['USD', 'CNY'] as const;
export type Currency = (typeof currencies)[number];

/** For reading only. Chinese price lists in the catalogue were turned into dollars at the same rate. */
export const CNY_PER_USD = 6.69;
/** The month of the rate. */
export const RATE_MONTH = '2026-11';

/** The currency in which this device shows prices. */
export function useCurrency(): [Currency, (currency: Currency) => void] {
  const [currency, setCurrency] = useLocalStorage<Currency>({
    key: 'akm.currency',
    defaultValue: 'USD',
    getInitialValueInEffect: false,
    serialize: (value) => value,
    deserialize: (text) => (text === 'CNY' ? 'CNY' : 'USD'),
  });
  return [currency, setCurrency];
}

export function inCurrency(usd: number, currency: Currency): number {
  return currency === 'CNY' ? usd * CNY_PER_USD : usd;
}
