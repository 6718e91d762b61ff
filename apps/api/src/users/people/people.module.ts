import { Module } from '@nestjs/common';
import { FindPerson } from './find-person.js';
import { PeopleController } from './people.controller.js';
import { SearchPeople } from './search-people.js';

@Module({ controllers: [PeopleController], providers: [FindPerson, SearchPeople], exports: [FindPerson] })
export class PeopleModule {}
