import { Module } from '@nestjs/common';
import { FindPerson } from './find-person.js';

@Module({ providers: [FindPerson], exports: [FindPerson] })
export class PeopleModule {}
