# A template: not listed.
throw 'This must not run.'
