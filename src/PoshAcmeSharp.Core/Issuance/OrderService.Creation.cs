using PoshAcmeSharp.Acme;
using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Issuance;

/// <content>Making orders.</content>
public sealed partial class OrderService
{
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
        using var hold = await Store.LockIssuanceAsync(FindOrMake(account, OrderPlan.Make(request)), ProfileStore.IssuanceLockTimeout, cancellationToken).ConfigureAwait(false);
        var placed = await PlaceAsync(server, account, request, cancellationToken).ConfigureAwait(false);
        await SaveKeyAsync(placed, cancellationToken).ConfigureAwait(false);
        return placed.Order;
    }

    /// <summary>
    /// As <see cref="CreateAsync"/>, for those who hold the order's issuance lock. The key may still be in the making when
    /// this returns: <see cref="SaveKeyAsync"/> keeps it.
    /// </summary>
    internal async Task<PlacedOrder> PlaceAsync(StoredServer server, StoredAccount account, NewOrderRequest request, CancellationToken cancellationToken)
    {
        var plan = OrderPlan.Make(request);
        CheckProfile(server, request.Profile);
        var order = FindOrMake(account, plan);
        var known = new OrderPlugins(_session, order, request.PluginPath, request.PreferPluginScript);
        var plugins = known.Resolve(request.Plugin);
        if (request.PluginArgs is not null && plugins is not null)
        {
            known.Check(account, plan.Names, plugins, request.PluginArgs);
        }

        using var hold = await Store.LockOrderAsync(order, ProfileStore.DefaultLockTimeout, cancellationToken).ConfigureAwait(false);
        if (request.FollowsOrder)
        {
            request = request.Following(order);
            plan = OrderPlan.Make(request);
            known = new OrderPlugins(_session, order, request.PluginPath, request.PreferPluginScript);
            plugins = known.Resolve(request.Plugin);
        }

        if (!request.Overwrite && FindObstacle(account, request) is { } obstacle)
        {
            throw new PoshAcmeException(
                "OrderInTheWay",
                ErrorKind.InvalidOperation,
                $"The order '{order.Name}' is not replaced. {obstacle}",
                $"Go on with it (Get-PAOrder -Name '{order.Name}'), or use -Force.");
        }

        OrderSecrecy.CheckPassword(request.KeyPassword, isRemoved: false, hasCsr: request.Csr is not null);
        OrderSecrecy.CheckInstall(request.NoPfx ?? order.NoPfx, request.Install);
        request = ExchangeTarget.Complete(request, plan, order, OfferedProfiles(server), _session.Reporter);
        var keys = new OrderKeys(Store, account);
        var passwords = keys.PasswordsForNewOrder(order, request.KeyPassword);

        // Making a key takes as long as asking the server several times: both at once.
        using var present = request.Csr is null ? keys.FindForNewOrder(order, plan, request) : null;
        var key = request.Csr is null && present is null ? Task.Run<string?>(() => MakeKey(plan.KeyLength), cancellationToken) : Task.FromResult<string?>(null);
        try
        {
            var client = await _session.ConnectAsync(server, account, cancellationToken).ConfigureAwait(false);
            var placed = await PlaceAsync(server, client, plan, request, cancellationToken).ConfigureAwait(false);
            if (Store.ListOrders(account).FirstOrDefault(o => o.Location == placed.Location && o.Name != order.Name) is { } twin)
            {
                throw new PoshAcmeException(
                    "OrderAlreadyKnown",
                    ErrorKind.InvalidOperation,
                    $"The CA answered with an order that is in the profile already, as '{twin.Name}': it has the same names and is still {twin.Status}.",
                    $"Go on with that one (Get-PAOrder -Name '{twin.Name}'), or remove it first.");
            }

            order.KeyEncrypted = request.Csr is null && passwords.Count > 0;
            if (request.KeyPassword is not null)
            {
                Store.SaveKeyPasswords(account, order, passwords);
            }

            if (present is not null)
            {
                keys.SavePending(order, present);
            }

            Fill(order, plan, request);
            OrderSecrecy.WarnOfPfx(order, request.KeyPassword is not null, _session.Reporter);
            order.Plugin = plugins ?? [OrderPlugins.Default];
            order.PluginPath = known.Folders;
            order.PreferPluginScript = known.PrefersScripts;
            TakeOver(order, placed);
            order.IdentifiersJson = plan.IdentifiersJson;

            // On disk before anything depends on it; the sequence of the authorizations is mended when they have been seen.
            Store.SaveOrder(order);
            if (request.PluginArgs is { } arguments)
            {
                known.Save(account, arguments);
            }

            var authorizations = await InOrderOfNamesAsync(client, placed, plan, cancellationToken).ConfigureAwait(false);
            order.Authorizations = [.. authorizations.Select(a => a.Location)];
            Store.SaveOrder(order);
            if (request.MakeCurrent)
            {
                using var profileHold = await Store.LockAsync(ProfileStore.DefaultLockTimeout, cancellationToken).ConfigureAwait(false);
                Store.SetCurrentOrder(account, order);
            }

            return new PlacedOrder(account, order, placed, authorizations, key);
        }
        catch
        {
            // Nobody needs it any more; why is on its way already.
            _ = key.ContinueWith(static t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            throw;
        }
    }

    /// <summary>Keeps the key of an order that was placed, before anything depends on it.</summary>
    internal async Task SaveKeyAsync(PlacedOrder placed, CancellationToken cancellationToken)
    {
        if (await placed.KeyPem.ConfigureAwait(false) is { } pem)
        {
            using var hold = await Store.LockOrderAsync(placed.Order, ProfileStore.DefaultLockTimeout, cancellationToken).ConfigureAwait(false);
            using var key = PrivateKey.FromPem(pem);
            new OrderKeys(Store, placed.Account).SavePending(placed.Order, key);
        }
    }

    private static string MakeKey(KeyLength keyLength)
    {
        using var made = PrivateKey.Generate(keyLength);
        return made.ToPem();
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
        catch (AcmeProblemException e) when (options.NotAfter is not null && e.Problem.ShortType == "malformed")
        {
            throw e.WithAdvice($"The CA may not grant the {request.LifetimeDays} days that were asked for: try a shorter -LifetimeDays, or 0 for the CA's choice.");
        }
    }

    /// <summary>
    /// The CA may list the authorizations in any order (RFC 8555 section 7.1.3); scripts expect the order of the names.
    /// </summary>
    private static async Task<IReadOnlyList<AcmeAuthorization>> InOrderOfNamesAsync(AcmeAccountClient client, AcmeOrder placed, OrderPlan plan, CancellationToken cancellationToken)
    {
        var authorizations = await client.GetAuthorizationsAsync(placed.Authorizations, cancellationToken).ConfigureAwait(false);
        return [.. authorizations.OrderBy(a => plan.IndexOf(a.FullName))];
    }

    /// <summary>The order of a plan in the profile, or a new one that is not saved yet.</summary>
    internal StoredOrder FindOrMake(StoredAccount account, OrderPlan plan) => Store.FindOrder(account, plan.Name) ?? Store.CreateOrder(account, plan.Name);

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
        order.PfxPass = request.PfxPassword ?? NewOrderRequest.DefaultPfxPassword;
        order.UseModernPfxEncryption = request.UseModernPfxEncryption;
        order.UsePfxDerEncoding = request.UsePfxDerEncoding;
        order.NoPfx = request.NoPfx ?? order.NoPfx;
        order.Target = request.Target;
        order.Install = request.Install;
        order.InstallStoreLocation = request.InstallStoreLocation;
        order.InstallStoreName = request.InstallStoreName;
        order.InstallNotExportable = request.InstallNotExportable;
        order.LifetimeDays = request.LifetimeDays;
        order.DnsAlias = request.DnsAlias ?? [];
        order.UseSerialValidation = request.UseSerialValidation;
        order.DnsSleep = request.DnsSleep;
        order.DnsWait = request.DnsWait;
        order.DnsServer = request.DnsServer;
        order.DnsVariant = request.DnsVariant;
        order.ValidationTimeout = request.ValidationTimeout;
        order.PreferredChain = request.PreferredChain ?? string.Empty;
    }
}
