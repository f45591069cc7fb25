/*
 * SANITIZED: is this a build with the address sanitizer? Such a program maps
 * terabytes, and is ten times as slow.
 */
#ifndef POSTKAMER_BASE_SANITIZED_H
#define POSTKAMER_BASE_SANITIZED_H

#if defined(__SANITIZE_ADDRESS__) /* gcc */
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) /* clang */
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

#endif
