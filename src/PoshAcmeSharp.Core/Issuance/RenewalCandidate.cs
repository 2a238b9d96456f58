using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Issuance;

/// <summary>An order that may have to be renewed, with what is known about it.</summary>
public sealed class RenewalCandidate
{
    private readonly Lazy<LiveCertificate?> _live;

    /// <summary>Puts together what is known.</summary>
    /// <param name="server">The server.</param>
    /// <param name="account">The account.</param>
    /// <param name="order">The order.</param>
    /// <param name="renewal">What is remembered; it counts only when it is about the certificate that is there now.</param>
    /// <param name="readLive">Reads the certificate in the order's folder: costly, so only where it is needed.</param>
    internal RenewalCandidate(StoredServer server, StoredAccount account, StoredOrder order, StoredRenewal renewal, Func<LiveCertificate?> readLive)
    {
        _live = new(readLive);
        Server = server;
        Account = account;
        Order = order;
        Renewal = renewal.IsStored && renewal.NotAfter == NotAfter ? renewal : new StoredRenewal(order.Folder);
    }

    /// <summary>The order's server.</summary>
    public StoredServer Server { get; }

    /// <summary>The order's account.</summary>
    public StoredAccount Account { get; }

    /// <summary>The order.</summary>
    public StoredOrder Order { get; }

    /// <summary>What is remembered about the renewal of its present certificate; one without members when there is nothing.</summary>
    public StoredRenewal Renewal { get; }

    /// <summary>Whether the CA can be asked when to renew: it offers that, and the user does not forbid it.</summary>
    public bool HasRenewalInfo => Server is { DisableARI: false, RenewalInfo.Length: > 0 };

    /// <summary>Whether one of its plugins needs somebody who does by hand what it asks for.</summary>
    internal bool NeedsUser => Order.Plugin.Contains(OrderPlugins.Default, StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// The end of the present certificate. An order that is being renewed has lost it, but its certificate is still
    /// there. Null when there is none.
    /// </summary>
    internal DateTimeOffset? NotAfter => Order.CertExpiresAt ?? Live?.NotAfter;

    /// <summary>The certificate in the order's folder; null when there is none that can be read.</summary>
    internal LiveCertificate? Live => _live.Value;
}
