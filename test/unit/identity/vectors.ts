/** Digests of TikTok's Events API reference, each recomputed from its input. */
export const VECTORS = {
  email: {
    input: 'alice_abc@gmail.com',
    digest: '848a771458438fc2ec420560d769fb9b9b86851ee338ec56517baabd79d3bb4f',
  },
  phone: {
    input: '+12133734253',
    digest: '9f7ec22d72092cd3c0b58726ed9c2d91b92e51a3f29837508fb2948bb22dd2fd',
  },
  phoneWithoutPlus: {
    input: '12133734253',
    digest: '1f81adb30e11317806be982cc82769fbf8627833a89dd87cb24d282f71828830',
  },
  externalId: {
    input: 'user_123',
    digest: '80fba0ae1c48e3978e43e4efc365e14e12ea0c830ba8ba5b9a2dafc7e3f2ab8b',
  },
}
