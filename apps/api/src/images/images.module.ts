import { Module } from '@nestjs/common';
import { ImageUrls } from './image-urls.js';
import { ImagesController } from './images.controller.js';
import { ServeImage } from './serve-image.js';
import { SignVariants } from './sign-variants.js';
import { Variants } from './variants.js';

@Module({
  controllers: [ImagesController],
  providers: [ImageUrls, ServeImage, SignVariants, Variants],
  exports: [ImageUrls],
})
export class ImagesModule {}
