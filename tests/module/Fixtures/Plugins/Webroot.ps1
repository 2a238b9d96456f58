# Has the name of a plugin of the module, which comes first.
throw 'This must not run.'
