namespace PoshAcmeSharp.Plugins.Rfc2136;

/// <summary>How a server answered an update (RFC 2136 section 2.2), or what it says of a signature (RFC 8945 section 3).</summary>
internal enum UpdateCode
{
    /// <summary>It is done.</summary>
    NoError = 0,

    /// <summary>The server could not read the message.</summary>
    FormErr = 1,

    /// <summary>The server failed.</summary>
    ServFail = 2,

    /// <summary>A name does not exist.</summary>
    NXDomain = 3,

    /// <summary>The server takes no updates.</summary>
    NotImp = 4,

    /// <summary>The server does not let us.</summary>
    Refused = 5,

    /// <summary>A name exists that should not.</summary>
    YXDomain = 6,

    /// <summary>A record exists that should not.</summary>
    YXRRSet = 7,

    /// <summary>A record does not exist that should.</summary>
    NXRRSet = 8,

    /// <summary>The server does not speak for the zone, or the signature is not accepted.</summary>
    NotAuth = 9,

    /// <summary>The name is not in the zone.</summary>
    NotZone = 10,

    /// <summary>The signature is wrong.</summary>
    BadSig = 16,

    /// <summary>The server does not know the key.</summary>
    BadKey = 17,

    /// <summary>The clocks are too far apart.</summary>
    BadTime = 18,

    /// <summary>The code is too short.</summary>
    BadTrunc = 22,
}
