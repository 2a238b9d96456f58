using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Issuance;

/// <content>Changing orders that are there.</content>
public sealed partial class OrderService
{
    /// <summary>
    /// Changes the settings of an order. What concerns the files of its certificate is done to them at once: they are
    /// replaced together.
    /// </summary>
    /// <param name="server">The server.</param>
    /// <param name="account">The account.</param>
    /// <param name="order">The order.</param>
    /// <param name="changes">The new settings.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>A task that ends when all is saved.</returns>
    /// <exception cref="PoshAcmeException"><c>UnknownProfile</c>, <c>PluginNotFound</c>, <c>PluginFolderNotFound</c>, <c>InvalidPluginArguments</c>, <c>KeyMismatch</c>, <c>WrongKeyPassword</c>, <c>KeyPasswordUnreadable</c>, <c>InstallNeedsPfx</c>, <c>EmptyKeyPassword</c>, <c>KeyIsElsewhere</c>, <c>InvalidSubject</c>, <c>PluginArgumentNotStorable</c>, <c>ProfileBusy</c>, <c>ProfileWriteFailed</c>.</exception>
    public async Task EditAsync(StoredServer server, StoredAccount account, StoredOrder order, OrderChanges changes, CancellationToken cancellationToken = default)
    {
        CheckProfile(server, changes.Profile);
        CsrBuilder.CheckSubject(changes.Subject);
        var known = new OrderPlugins(_session, order, changes.PluginPath, changes.PreferPluginScript);
        var plugins = known.Resolve(changes.Plugin);
        if (changes.PluginArgs is not null)
        {
            known.Check(account, order.Names, plugins ?? order.Plugin, changes.PluginArgs, skipsMissing: plugins is null);
        }

        using var hold = await Store.LockOrderAsync(order, ProfileStore.DefaultLockTimeout, cancellationToken).ConfigureAwait(false);
        OrderSecrecy.CheckPassword(changes.KeyPassword, changes.RemoveKeyPassword, hasCsr: order.CSRBase64Url is { Length: > 0 });
        OrderSecrecy.CheckInstall(changes.NoPfx ?? order.NoPfx, changes.Install ?? order.Install);
        changes = ExchangeTarget.Complete(changes, order, OfferedProfiles(server), _session.Reporter);
        var isAimed = changes.Target is { } target && target != order.Target;
        var keys = new OrderKeys(Store, account);

        // Before anything is changed, as a key may not open.
        var changesKeys = changes.RemoveKeyPassword || (changes.KeyPassword is { } wanted && !keys.HasPassword(order, wanted));
        if (changesKeys)
        {
            keys.RequireOpen(order, changes.KeyPassword);
        }

        ApplyToFuture(order, changes);
        order.Plugin = plugins ?? order.Plugin;
        order.PluginPath = known.Folders;
        order.PreferPluginScript = known.PrefersScripts;
        var changesPfx = ApplyToPfx(order, changes);
        var changesChain = Differs(changes.PreferredChain, order.PreferredChain);
        order.PreferredChain = changes.PreferredChain ?? order.PreferredChain;

        // First, as it may refuse a value: then nothing has changed yet.
        if (changes.PluginArgs is { } arguments)
        {
            known.Save(account, arguments);
        }

        if ((changesPfx || changesChain) && CertificateRewrite.Make(Store, keys, order, changesChain, _session.Reporter) is { } files)
        {
            _session.Reporter.Verbose($"Writing the files of the certificate of order '{order.Name}' anew");
            Store.ReplaceCertificateFiles(order, files);
        }
        else
        {
            Store.SaveOrder(order);
        }

        if (changesKeys)
        {
            _session.Reporter.Verbose($"Writing the private key of order '{order.Name}' {(changes.KeyPassword is null ? "without encryption" : "encrypted")}");
            var converted = keys.Convert(order, changes.KeyPassword);
            order.KeyEncrypted = changes.KeyPassword is not null;
            Store.ReplaceKeyFiles(order, converted, changes.KeyPassword is { } password ? Store.ProtectKeyPasswords(account, password) : null);
        }

        OrderSecrecy.WarnOfPfx(order, changesKeys, _session.Reporter);
        if (isAimed && new CertificateService(_session).Read(order) is { } present)
        {
            ExchangeTarget.WarnOfSubject(order, present.Certificate, _session.Reporter);
        }
    }

    /// <summary>The plugin arguments that are kept with an order, in the form in which they are given.</summary>
    /// <param name="account">The account.</param>
    /// <param name="order">The order.</param>
    /// <returns>
    /// Names and values as <see cref="ProfileStore.ReadPluginArguments"/> gives them; where some names of the order have
    /// arguments of their own, tables of such by name, by zone, and by <c>default</c>.
    /// </returns>
    /// <exception cref="PoshAcmeException"><c>PluginArgumentUnreadable</c>, <c>CorruptProfileFile</c>.</exception>
    public IReadOnlyDictionary<string, object?> ReadPluginArguments(StoredAccount account, StoredOrder order)
        => new ArgumentSets(
            new Dictionary<string, object?>(Store.ReadPluginArguments(account, order), StringComparer.OrdinalIgnoreCase),
            Store.ReadNamedPluginArguments(account, order).ToDictionary(
                set => set.Key,
                set => (IReadOnlyDictionary<string, object?>)new Dictionary<string, object?>(set.Value, StringComparer.OrdinalIgnoreCase),
                StringComparer.OrdinalIgnoreCase)).ToTable();

    /// <summary>Gives an order another name in the profile.</summary>
    /// <param name="account">The account.</param>
    /// <param name="order">The order.</param>
    /// <param name="newName">The name.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>A task that ends when it is done.</returns>
    /// <exception cref="PoshAcmeException"><c>InvalidName</c>, <c>NameInUse</c>, <c>ProfileBusy</c>, <c>ProfileWriteFailed</c>.</exception>
    public async Task RenameAsync(StoredAccount account, StoredOrder order, string newName, CancellationToken cancellationToken = default)
    {
        using var issuanceHold = await Store.LockIssuanceAsync(order, ProfileStore.IssuanceLockTimeout, cancellationToken).ConfigureAwait(false);
        using var orderHold = await Store.LockOrderAsync(order, ProfileStore.DefaultLockTimeout, cancellationToken).ConfigureAwait(false);
        using var hold = await Store.LockAsync(ProfileStore.DefaultLockTimeout, cancellationToken).ConfigureAwait(false);
        Store.RenameOrder(account, order, newName);
    }

    /// <summary>Makes an order the one that commands use.</summary>
    /// <param name="account">The account.</param>
    /// <param name="order">The order.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>A task that ends when it is done.</returns>
    public async Task SwitchAsync(StoredAccount account, StoredOrder order, CancellationToken cancellationToken = default)
    {
        using var hold = await Store.LockAsync(ProfileStore.DefaultLockTimeout, cancellationToken).ConfigureAwait(false);
        Store.SetCurrentOrder(account, order);
    }

    private static bool Differs(string? wanted, string present) => wanted is not null && !string.Equals(wanted, present, StringComparison.Ordinal);

    private static bool ApplyToPfx(StoredOrder order, OrderChanges changes)
    {
        var differs = Differs(changes.FriendlyName, order.FriendlyName)
            || (changes.NoPfx is { } noPfx && noPfx != order.NoPfx)
            || (changes.Target is { } target && target != order.Target)
            || (changes.UseModernPfxEncryption is { } modern && modern != order.UseModernPfxEncryption);
        if (changes.PfxPassword is { } password)
        {
            // The present one may be damaged; setting it anew is the way out.
            differs = true;
            order.PfxPass = password;
        }

        order.Target = changes.Target ?? order.Target;
        order.FriendlyName = changes.FriendlyName ?? order.FriendlyName;
        order.UseModernPfxEncryption = changes.UseModernPfxEncryption ?? order.UseModernPfxEncryption;
        order.UsePfxDerEncoding = changes.UsePfxDerEncoding ?? order.UsePfxDerEncoding;
        order.NoPfx = changes.NoPfx ?? order.NoPfx;
        return differs;
    }

    private void ApplyToFuture(StoredOrder order, OrderChanges changes)
    {
        WarnOfPresent(Differs(changes.Subject, order.Subject), "Subject");
        WarnOfPresent(changes.MustStaple is { } mustStaple && mustStaple != order.OCSPMustStaple, "OCSPMustStaple");
        order.Subject = changes.Subject ?? order.Subject;
        order.OCSPMustStaple = changes.MustStaple ?? order.OCSPMustStaple;
        order.DnsAlias = changes.DnsAlias ?? order.DnsAlias;
        order.LifetimeDays = changes.LifetimeDays ?? order.LifetimeDays;
        order.Install = changes.Install ?? order.Install;
        order.InstallStoreLocation = changes.InstallStoreLocation ?? order.InstallStoreLocation;
        order.InstallStoreName = changes.InstallStoreName ?? order.InstallStoreName;
        order.InstallNotExportable = changes.InstallNotExportable ?? order.InstallNotExportable;
        order.DnsSleep = changes.DnsSleep ?? order.DnsSleep;
        order.DnsWait = changes.DnsWait ?? order.DnsWait;
        order.DnsServer = changes.DnsServer ?? order.DnsServer;
        order.DnsVariant = changes.DnsVariant ?? order.DnsVariant;
        order.ValidationTimeout = changes.ValidationTimeout ?? order.ValidationTimeout;
        order.AlwaysNewKey = changes.AlwaysNewKey ?? order.AlwaysNewKey;
        order.UseSerialValidation = changes.UseSerialValidation ?? order.UseSerialValidation;
        order.Profile = changes.Profile is { } profile ? (profile.Length > 0 ? profile : null) : order.Profile;
    }

    private void WarnOfPresent(bool differs, string setting)
    {
        if (differs)
        {
            _session.Reporter.Warning($"The new {setting} holds for future certificates of this order; the present one stays as it is.");
        }
    }
}
