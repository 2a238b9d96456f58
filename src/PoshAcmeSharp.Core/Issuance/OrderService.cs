using System.Net;
using PoshAcmeSharp.Acme;
using PoshAcmeSharp.Json;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Issuance;

/// <summary>Makes orders and keeps them in the profile, finds them, brings them up to date.</summary>
public sealed partial class OrderService
{
    /// <summary>Some CAs leave out when an order expires; this stands for it, as in Posh-ACME.</summary>
    private const string NoExpiry = "9999-12-31T23:59:59Z";

    private readonly ProfileSession _session;

    /// <summary>Makes the service.</summary>
    /// <param name="session">The profile at work.</param>
    public OrderService(ProfileSession session)
    {
        _session = session;
    }

    private ProfileStore Store => _session.Store;

    /// <summary>Finds an order by its name, or by its main domain: of several with one main domain the one that expires last.</summary>
    /// <param name="account">The account.</param>
    /// <param name="mainDomain">The main domain, or null.</param>
    /// <param name="name">The name, or null.</param>
    /// <returns>The order, or null.</returns>
    public StoredOrder? Find(StoredAccount account, string? mainDomain, string? name)
    {
        if (name is not null)
        {
            var order = Store.FindOrder(account, name.Replace('*', '!'));
            return order is not null && (mainDomain is null || string.Equals(order.MainDomain, mainDomain, StringComparison.OrdinalIgnoreCase)) ? order : null;
        }

        return mainDomain is null
            ? Store.GetCurrentOrder(account)
            : Store.FindOrdersByMainDomain(account, mainDomain).OrderBy(o => o.ExpiresAt ?? DateTimeOffset.MaxValue).LastOrDefault();
    }

    /// <summary>The order named, or the chosen one.</summary>
    /// <param name="account">The account.</param>
    /// <param name="name">The name, or null for the chosen one.</param>
    /// <returns>The order.</returns>
    /// <exception cref="PoshAcmeException"><c>OrderNotFound</c>, <c>NoOrder</c>.</exception>
    public StoredOrder Require(StoredAccount account, string? name)
        => name is not null
            ? Store.FindOrder(account, name) ?? throw new PoshAcmeException(
                "OrderNotFound",
                ErrorKind.NotFound,
                $"Order '{name}' was not found in the current account's order list.",
                "Get-PAOrder -List shows the orders of the account; Set-PAAccount chooses another account.")
            : Store.GetCurrentOrder(account) ?? throw new PoshAcmeException(
                "NoOrder",
                ErrorKind.InvalidOperation,
                "No Order parameter specified and no current order selected.",
                "Make an order with New-PAOrder, or pipe one from Get-PAOrder.");

    /// <summary>
    /// Why a new order should not simply take the place of the one with its name, as a question to the user.
    /// </summary>
    /// <param name="account">The account.</param>
    /// <param name="request">The new order.</param>
    /// <returns>What is in the way, or null when nothing is.</returns>
    public string? FindObstacle(StoredAccount account, NewOrderRequest request)
    {
        var plan = OrderPlan.Make(request);
        if (Store.FindOrder(account, plan.Name) is not { } old || plan.DiffersFrom(old))
        {
            return null;
        }

        var now = _session.Clock.UtcNow;
        return old.Status switch
        {
            "pending" when old.ExpiresAt is { } expires && expires < now => null,
            "pending" or "ready" or "processing" => $"Existing order with status {old.Status}.",
            "valid" when old.RenewAfterAt is { } renewAfter && now < renewAfter => "Existing order has not reached suggested renewal window.",
            _ => null,
        };
    }

    /// <summary>Asks the server for the order's present state and keeps it.</summary>
    /// <param name="server">The server.</param>
    /// <param name="account">The account.</param>
    /// <param name="order">The order.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>A task that ends when it is saved.</returns>
    /// <exception cref="PoshAcmeException">The server cannot be reached.</exception>
    public async Task RefreshAsync(StoredServer server, StoredAccount account, StoredOrder order, CancellationToken cancellationToken = default)
    {
        if (order.ExpiresAt is { } expires && expires < _session.Clock.UtcNow)
        {
            _session.Reporter.Verbose($"Order '{order.Name}' expired at {order.Expires}; the CA is not asked for it.");
            return;
        }

        AcmeOrder seen;
        try
        {
            var client = await _session.ConnectAsync(server, account, cancellationToken).ConfigureAwait(false);
            seen = await client.GetOrderAsync(RequireLocation(order), cancellationToken).ConfigureAwait(false);
        }
        catch (AcmeProblemException e) when (e.Status is (int)HttpStatusCode.NotFound or (int)HttpStatusCode.Gone)
        {
            _session.Reporter.Warning($"The CA does not know the order '{order.Name}' any more; it is shown as it was kept. {e.Message}");
            return;
        }

        using var hold = await Store.LockOrderAsync(order, ProfileStore.DefaultLockTimeout, cancellationToken).ConfigureAwait(false);
        if (order.Location != seen.Location || (order.Status == "valid" && seen.Status is ("pending" or "ready" or "processing")))
        {
            // Another command was faster: what was seen is of the order before, or older than what is kept.
            _session.Reporter.Verbose($"Order '{order.Name}' was changed by another command meanwhile; it is shown as that left it.");
            return;
        }

        TakeOver(order, seen, keepAuthorizations: true);
        Store.SaveOrder(order);
    }

    /// <summary>Takes over what may have changed at the server.</summary>
    internal static void TakeOver(StoredOrder order, AcmeOrder seen, bool keepAuthorizations = false)
    {
        var members = seen.Json;
        order.Location = seen.Location;
        order.Status = seen.Status;
        order.Expires = JsonText.GetString(members, "expires") ?? (seen.Status is "pending" or "valid" ? order.Expires ?? NoExpiry : order.Expires);
        order.Finalize = seen.Finalize.Length > 0 ? seen.Finalize : order.Finalize;
        order.Certificate = seen.Certificate ?? order.Certificate;
        order.NotBefore = JsonText.GetString(members, "notBefore") ?? order.NotBefore;
        order.NotAfter = JsonText.GetString(members, "notAfter") ?? order.NotAfter;
        order.Profile = seen.Profile ?? order.Profile;
        order.Replaces = JsonText.GetString(members, "replaces") ?? order.Replaces;
        order.ErrorJson = seen.Error?.Json.ToString(Newtonsoft.Json.Formatting.None);
        if (!keepAuthorizations && seen.Authorizations.Count > 0)
        {
            order.Authorizations = seen.Authorizations;
        }
    }

    internal static string RequireLocation(StoredOrder order)
        => order.Location is { Length: > 0 } location ? location : throw new PoshAcmeException(
            "CorruptProfileFile",
            ErrorKind.InvalidData,
            $"The file order.json in '{order.Folder}' lacks the order's URL.",
            "Make the order anew with New-PAOrder -Force.");

    private IReadOnlyDictionary<string, string> OfferedProfiles(StoredServer server) => _session.ClientOf(server).Directory.Profiles;

    private void CheckProfile(StoredServer server, string? profile)
    {
        if (string.IsNullOrEmpty(profile))
        {
            return;
        }

        var offered = OfferedProfiles(server);
        if (!offered.ContainsKey(profile!))
        {
            throw new PoshAcmeException(
                "UnknownProfile",
                ErrorKind.InvalidArgument,
                offered.Count == 0
                    ? $"The server '{server.Name}' offers no certificate profiles, so '{profile}' cannot be asked for."
                    : $"The server '{server.Name}' does not offer the profile '{profile}', but {string.Join(", ", offered.Keys)}.",
                "Choose one of the profiles that the CA offers, or leave -Profile out.");
        }
    }
}
