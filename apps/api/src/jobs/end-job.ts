import { Injectable } from '@nestjs/common';
import { Inject } from '@nestjs/common';
import { SETTINGS } from '#libs/config/config.module.js';
