using System.Collections;
using PoshAcmeSharp.Challenges;

namespace PoshAcmeSharp.PowerShell.ScriptPlugins;

/// <summary>The functions of a plugin script with the user's arguments.</summary>
internal sealed class ScriptFunctions(
    ScriptPluginFile file,
    ScriptContract contract,
    ScriptPluginSession session,
    IReadOnlyDictionary<string, object> arguments,
    PluginEnvironment environment) : IDisposable
{
    /// <summary>Scripts remember who they are logged in as: with several accounts in one order each has a session of its own.</summary>
    private readonly PluginRunspace? _own = environment.IsOneOfSeveral ? session.MakeRunspace() : null;

    public string PluginName => file.Name;

    public Task AddAsync(PluginContext context, CancellationToken cancellationToken, params string[] values)
        => CallAsync(contract.Add, values, context, cancellationToken);

    public Task RemoveAsync(PluginContext context, CancellationToken cancellationToken, params string[] values)
        => CallAsync(contract.Remove, values, context, cancellationToken);

    public Task SaveAsync(PluginContext context, CancellationToken cancellationToken)
        => CallAsync(contract.Save, [], context, cancellationToken);

    public void Dispose() => _own?.Dispose();

    private async Task CallAsync(ScriptFunction function, string[] values, PluginContext context, CancellationToken cancellationToken)
    {
        // Only what it declares: PowerShell would take the name of another argument for the beginning of one of these.
        var given = new Hashtable(StringComparer.OrdinalIgnoreCase);
        foreach (var parameter in contract.ArgumentsOf(function))
        {
            if (arguments.TryGetValue(parameter.Name, out var value))
            {
                given[parameter.Name] = value;
            }
        }

        for (var i = 0; i < values.Length; i++)
        {
            given[contract.FixedParameters[i]] = values[i];
        }

        var call = new ScriptCall(file, function.Name, given, context.Reporter, context.Clock)
        {
            Folder = environment.CurrentFolder,
            Store = environment.Store,
            Account = environment.Account,
        };
        var output = await (_own ?? session.RunspaceOf(file)).CallAsync(call, cancellationToken).ConfigureAwait(false);
        if (output.Count > 0)
        {
            // What it is may be a provider's answer with a secret in it.
            context.Reporter.Verbose($"{PluginName}: {function.Name} wrote {output.Count} objects to the pipeline, the first a {output[0].GetType().Name}; they are left out.");
        }
    }
}
