"""Outgoing calls: what is sent to customers, when, by which protocol, and how far.

From the top: an `Outbox` takes deliveries from providers, and is the courier that the
engine's scheduler asks to carry them out. It keeps a `Post` for each space: the log of
its deliveries, and how each goes on after an attempt; `Lanes` say which of them wait
for which. A `Carrier` makes an attempt: it brings a parcel (`Message`, `S3Put`,
`FtpPut`, `Posting`) out over the one `Client`, or by FTP, as far as the `Guard` lets.
"""
