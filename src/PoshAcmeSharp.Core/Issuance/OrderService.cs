using System.Net;
using System.Text;
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
    public OrderService(ProfileSession session) => _session = session;

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

    /// <summary>
    /// Makes an order at the server, keeps it in the profile with its key, and makes it current. The certificate that a
    /// former order of this name has issued stays until its successor is complete.
    /// </summary>
    /// <param name="server">The server.</param>
    /// <param name="account">The account.</param>
    /// <param name="request">What is ordered.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The order.</returns>
    /// <exception cref="PoshAcmeException">A name or setting cannot be used, <c>OrderInTheWay</c>, or the server refused.</exception>
    public async Task<StoredOrder> CreateAsync(StoredServer server, StoredAccount account, NewOrderRequest request, CancellationToken cancellationToken = default)
    {
        var plan = OrderPlan.Make(request);
        CheckProfile(server, request.Profile);
        var order = Store.FindOrder(account, plan.Name) ?? Store.CreateOrder(account, plan.Name);
        using var hold = await Store.LockOrderAsync(order, ProfileStore.DefaultLockTimeout, cancellationToken).ConfigureAwait(false);

        if (!request.Overwrite && FindObstacle(account, request) is { } obstacle)
        {
            throw new PoshAcmeException(
                "OrderInTheWay",
                ErrorKind.InvalidOperation,
                $"The order '{order.Name}' is not replaced. {obstacle}",
                $"Go on with it (Get-PAOrder -Name '{order.Name}'), or use -Force.");
        }

        // Making the key takes as long as asking the server: both at once.
        var keyTask = Task.Run(() => new OrderKeys(Store).ForNewOrder(order, plan, request), cancellationToken);
        var client = _session.Connect(server, account);
        var placed = await PlaceAsync(server, client, plan, request, cancellationToken).ConfigureAwait(false);
        var keyPem = await keyTask.ConfigureAwait(false);
        if (Store.ListOrders(account).FirstOrDefault(o => o.Location == placed.Location && o.Name != order.Name) is { } twin)
        {
            throw new PoshAcmeException(
                "OrderAlreadyKnown",
                ErrorKind.InvalidOperation,
                $"The CA answered with an order that is in the profile already, as '{twin.Name}': it has the same names and is still {twin.Status}.",
                $"Go on with that one (Get-PAOrder -Name '{twin.Name}'), or remove it first.");
        }

        if (keyPem is not null)
        {
            Store.SavePendingKey(order, Encoding.ASCII.GetBytes(keyPem));
        }

        Fill(order, plan, request);
        TakeOver(order, placed);
        order.IdentifiersJson = plan.IdentifiersJson;

        // On disk before anything depends on it; the sequence of the authorizations is mended when they have been seen.
        Store.SaveOrder(order);
        if (request.PluginArgs is { } arguments)
        {
            Store.SavePluginArguments(account, order, [], arguments);
        }

        order.Authorizations = await InOrderOfNamesAsync(client, placed, plan, cancellationToken).ConfigureAwait(false);
        Store.SaveOrder(order);
        using (await Store.LockAsync(ProfileStore.DefaultLockTimeout, cancellationToken).ConfigureAwait(false))
        {
            Store.SetCurrentOrder(account, order);
        }

        return order;
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
            seen = await _session.Connect(server, account).GetOrderAsync(RequireLocation(order), cancellationToken).ConfigureAwait(false);
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

    private void CheckProfile(StoredServer server, string? profile)
    {
        if (string.IsNullOrEmpty(profile))
        {
            return;
        }

        var offered = _session.ClientOf(server).Directory.Profiles;
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

    private async Task<AcmeOrder> PlaceAsync(StoredServer server, AcmeAccountClient client, OrderPlan plan, NewOrderRequest request, CancellationToken cancellationToken)
    {
        var options = new NewOrderOptions
        {
            NotAfter = request.LifetimeDays is > 0 ? _session.ClientOf(server).ServerNow.AddDays(request.LifetimeDays.Value) : null,
            Profile = request.Profile,
            Replaces = server.DisableARI || server.RenewalInfo is null ? null : request.ReplacesCert,
        };
        _session.Reporter.Verbose($"Ordering a certificate for {string.Join(", ", plan.Identifiers.Select(i => i.Value))}");
        try
        {
            return await client.NewOrderAsync(plan.Identifiers, options, cancellationToken).ConfigureAwait(false);
        }
        catch (AcmeProblemException e) when (options.Replaces is not null && (e.Status is 404 or 409 || e.Problem.ShortType == "alreadyReplaced"))
        {
            _session.Reporter.Warning($"The CA does not take the order as a replacement; it is ordered without. {e.Problem.Detail}");
            options.Replaces = null;
            return await client.NewOrderAsync(plan.Identifiers, options, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// The CA may list the authorizations in any order (RFC 8555 section 7.1.3); scripts expect the order of the names.
    /// </summary>
    private static async Task<IReadOnlyList<string>> InOrderOfNamesAsync(AcmeAccountClient client, AcmeOrder placed, OrderPlan plan, CancellationToken cancellationToken)
    {
        var authorizations = await client.GetAuthorizationsAsync(placed.Authorizations, cancellationToken).ConfigureAwait(false);
        return [.. authorizations.OrderBy(a => plan.IndexOf(a.FullName)).Select(a => a.Location)];
    }

    private static void Fill(StoredOrder order, OrderPlan plan, NewOrderRequest request)
    {
        order.Status = null;
        order.Expires = null;
        order.Certificate = null;
        order.NotBefore = null;
        order.NotAfter = null;
        order.CertExpires = null;
        order.RenewAfter = null;
        order.ErrorJson = null;
        order.Replaces = null;
        order.Profile = request.Profile is { Length: > 0 } profile ? profile : null;
        order.MainDomain = plan.MainDomain;
        order.SANs = plan.AlternativeNames;
        order.KeyLength = plan.KeyLength.ToString();
        order.CSRBase64Url = request.Csr?.ToBase64Url();
        order.AlwaysNewKey = request.AlwaysNewKey && request.KeyPem is null;
        order.OCSPMustStaple = request.Csr?.MustStaple ?? request.MustStaple;
        order.Subject = request.Subject ?? string.Empty;
        order.FriendlyName = string.IsNullOrWhiteSpace(request.FriendlyName) ? plan.MainDomain : request.FriendlyName!;
        order.PfxPass = request.PfxPassword;
        order.UseModernPfxEncryption = request.UseModernPfxEncryption;
        order.UsePfxDerEncoding = request.UsePfxDerEncoding;
        order.Install = request.Install;
        order.Plugin = request.Plugin ?? ["Manual"];
        order.LifetimeDays = request.LifetimeDays;
        order.DnsAlias = request.DnsAlias ?? [];
        order.UseSerialValidation = request.UseSerialValidation;
        order.DnsSleep = request.DnsSleep;
        order.DnsVariant = request.DnsVariant;
        order.ValidationTimeout = request.ValidationTimeout;
        order.PreferredChain = request.PreferredChain ?? string.Empty;
    }
}
