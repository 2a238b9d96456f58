namespace PoshAcmeSharp.AcmeTestServers;

/// <summary>What a request asks for. The values are also the first part of the path.</summary>
public enum AcmeOperation
{
    /// <summary>No resource of the server.</summary>
    Unknown,

    /// <summary>GET of the directory (RFC 8555 section 7.1.1).</summary>
    Directory,

    /// <summary>HEAD or GET of a nonce (section 7.2).</summary>
    NewNonce,

    /// <summary>Creating or finding an account (section 7.3).</summary>
    NewAccount,

    /// <summary>Reading, updating or deactivating an account (sections 7.3.2 and 7.3.6).</summary>
    Account,

    /// <summary>The list of an account's orders (section 7.1.2.1).</summary>
    Orders,

    /// <summary>Account key rollover (section 7.3.5).</summary>
    KeyChange,

    /// <summary>Creating an order (section 7.4).</summary>
    NewOrder,

    /// <summary>Reading an order.</summary>
    Order,

    /// <summary>Pre-authorization (section 7.4.1).</summary>
    NewAuthz,

    /// <summary>Reading or deactivating an authorization (section 7.5).</summary>
    Authorization,

    /// <summary>Reading or acknowledging a challenge (section 7.5.1).</summary>
    Challenge,

    /// <summary>Finalizing an order (section 7.4).</summary>
    Finalize,

    /// <summary>Downloading a certificate or an alternate of it (section 7.4.2).</summary>
    Certificate,

    /// <summary>Revoking a certificate (section 7.6).</summary>
    RevokeCert,

    /// <summary>Renewal information (RFC 9773).</summary>
    RenewalInfo,
}
