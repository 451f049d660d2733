"""Standing beside a real Manila: clients talk to the real one, a world here is asked the same, differences are kept.

`upstream` passes requests on, `addresses` puts this server's address where the cloud's stands in an answer, `people`
knows whose token is whose. `beside` asks the world: with its own ids (`ids`), after what the cloud has shown to be
over is over here, too (`following`). `comparing` says how two answers differ, `drift` keeps that, `steps` what was
asked, as a scenario that can be played again. `front` is the application of all that, `command` runs it.
"""
