"""Tables of words: what people say about deliveries, money, goods, orders and everything else.

A table maps a concept to the phrases that express it, comma-separated. They are compared with
folded text cut into words ("n'ai" is "n ai"), in a small notation:

- ``word*`` any word that begins so, ``..`` up to three words between,
- ``(a|b)`` one of them, ``x?`` an optional letter, ``#`` a number.

Tables named ``DARIJA`` are written in Latin letters; they are compared by their consonants
(see :mod:`support.understanding.skeleton`), which finds them in Arabic letters as well.
"""
