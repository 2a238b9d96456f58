using PoshAcmeSharp.Challenges;

namespace PoshAcmeSharp.Plugins.Manual;

/// <summary>
/// Has a person create the TXT records of dns-01: shows all of them together and waits until they say that it is done.
/// Publishing and removing only collect; <see cref="SaveAsync"/> shows what has come together.
/// </summary>
public sealed class ManualPlugin : IDnsChallengePlugin, ISavingChallengePlugin
{
    /// <summary>The name users give to -Plugin.</summary>
    public const string PluginName = "Manual";

    private readonly bool _waits;
    private readonly bool _standsAlone;
    private readonly PluginEnvironment _environment;
    private readonly ManualChanges _changes;

    /// <summary>Makes the plugin.</summary>
    /// <param name="options">The arguments.</param>
    /// <param name="environment">How to show and to wait; with a memory, what is collected stays there until it is shown.</param>
    public ManualPlugin(ManualOptions options, PluginEnvironment environment)
    {
        if (options is null)
        {
            throw new ArgumentNullException(nameof(options));
        }

        _waits = !options.ManualNonInteractive;
        _environment = environment ?? throw new ArgumentNullException(nameof(environment));
        _standsAlone = environment.Memory is null;
        _changes = environment.Memory?.Get<ManualChanges>(PluginName) ?? new ManualChanges();
    }

    /// <inheritdoc/>
    public string Name => PluginName;

    /// <inheritdoc/>
    /// <remarks>The records are shown in the order in which they come.</remarks>
    public int MaxConcurrency => 1;

    /// <inheritdoc/>
    /// <exception cref="PoshAcmeException"><c>ManualNeedsUser</c>: nobody is there, and the arguments say to wait.</exception>
    public Task PublishAsync(TxtRecordSet records, PluginContext context, CancellationToken cancellationToken)
    {
        // Where the same instance saves, its answer is known before anything is published.
        if (_standsAlone)
        {
            RequireUser();
        }

        _changes.Create(records ?? throw new ArgumentNullException(nameof(records)));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task UnpublishAsync(TxtRecordSet records, PluginContext context, CancellationToken cancellationToken)
    {
        _changes.Remove(records ?? throw new ArgumentNullException(nameof(records)), mayBeOthers: !_standsAlone);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    /// <exception cref="PoshAcmeException"><c>ManualNeedsUser</c>: nobody is there, and the arguments say to wait.</exception>
    public async Task SaveAsync(PluginContext context, CancellationToken cancellationToken)
    {
        if (_changes.HasRecordsToCreate)
        {
            RequireUser();
            await ShowToCreateAsync(Describe("Create these TXT records:", _changes.TakeToCreate()), context, cancellationToken).ConfigureAwait(false);
        }

        if (_changes.TakeToRemove() is { Count: > 0 } toRemove)
        {
            await ShowAsync(Describe("These TXT records can be removed:", toRemove), context).ConfigureAwait(false);
        }
    }

    private async Task ShowToCreateAsync(string text, PluginContext context, CancellationToken cancellationToken)
    {
        if (!_waits)
        {
            await ShowAsync(text, context).ConfigureAwait(false);
            return;
        }

        try
        {
            await _environment.WaitForUserAsync!(text, cancellationToken).ConfigureAwait(false);
        }
        catch (PoshAcmeException e) when (e.ErrorId == "ConfirmationNeeded")
        {
            throw NeedsUser(e);
        }
    }

    private Task ShowAsync(string text, PluginContext context)
    {
        if (_environment.ShowAsync is { } show)
        {
            return show(text);
        }

        context.Reporter.Warning(text);
        return Task.CompletedTask;
    }

    private void RequireUser()
    {
        if (_waits && _environment.WaitForUserAsync is null)
        {
            throw NeedsUser(null);
        }
    }

    private static string Describe(string heading, IReadOnlyList<KeyValuePair<string, string>> records)
    {
        var width = records.Max(r => r.Key.Length);
        var lines = records.Select(r => $"    {r.Key.PadRight(width)}  {r.Value}");
        return string.Join(Environment.NewLine, [string.Empty, heading, string.Empty, .. lines, string.Empty]);
    }

    private static PoshAcmeException NeedsUser(Exception? cause) => new(
        "ManualNeedsUser",
        ErrorKind.InvalidOperation,
        "The plugin Manual waits until somebody has created the TXT records, but nobody is there to answer.",
        "Use a plugin of your DNS provider, or let Manual only show the records: -PluginArgs @{ ManualNonInteractive = $true }.",
        cause);
}
