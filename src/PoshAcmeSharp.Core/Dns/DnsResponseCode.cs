namespace PoshAcmeSharp.Dns;

/// <summary>How a server answered (RFC 1035 section 4.1.1); other codes are kept as numbers.</summary>
public enum DnsResponseCode
{
    /// <summary>The name exists; it may still have no record of the type.</summary>
    NoError = 0,

    /// <summary>The server did not understand the question.</summary>
    FormErr = 1,

    /// <summary>The server could not find out, often because DNSSEC validation failed.</summary>
    ServFail = 2,

    /// <summary>The name does not exist.</summary>
    NXDomain = 3,

    /// <summary>The server does not know this kind of question.</summary>
    NotImp = 4,

    /// <summary>The server does not answer this to us.</summary>
    Refused = 5,
}
