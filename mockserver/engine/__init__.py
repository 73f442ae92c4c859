"""Spaces, their time and their jobs; the engine knows no HTTP and no provider.

What falls due: an `Agenda` lists it for one space. `Alarms` ring when a clock gets
there. The `Scheduler` then makes a `Round`: one go at everything that is due in that
space, in order. Couriers carry out deliveries, providers' events the rest.
"""
