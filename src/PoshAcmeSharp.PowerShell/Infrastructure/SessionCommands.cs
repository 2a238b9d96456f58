using System.Collections;
using System.Globalization;
using System.Management.Automation;

namespace PoshAcmeSharp.PowerShell.Infrastructure;

/// <summary>
/// Commands of other modules in the session of whoever called: cmdlets, functions (implicit remoting makes such) or aliases.
/// Used on the pipeline thread. Results may come from another process, so they are read as texts.
/// </summary>
internal sealed class SessionCommands(PSCmdlet caller)
{
    private readonly Dictionary<string, CommandInfo?> _found = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Finds a command; null when the session has none such.</summary>
    public CommandInfo? Find(string name)
    {
        if (!_found.TryGetValue(name, out var command))
        {
            command = caller.InvokeCommand.GetCommand(name, CommandTypes.Cmdlet | CommandTypes.Function | CommandTypes.Alias);
            _found[name] = command = command is AliasInfo alias ? alias.ResolvedCommand : command;
        }

        return command;
    }

    /// <summary>Imports a module into the session, where it is installed.</summary>
    /// <returns>True when it is there now.</returns>
    public bool TryImport(string module)
    {
        try
        {
            if (Find("Import-Module") is { } import)
            {
                Invoke(import, ("Name", module), ("Global", true), ("WarningAction", ActionPreference.SilentlyContinue));
                _found.Clear();
                return true;
            }

            return false;
        }
        catch (RuntimeException e) when (IsFailure(e))
        {
            return false;
        }
    }

    /// <summary>Runs a command. Whatever it reports as an error is thrown, and it asks nothing.</summary>
    /// <param name="command">The command.</param>
    /// <param name="parameters">Names and values; null values are left out.</param>
    /// <returns>What it wrote.</returns>
    /// <exception cref="RuntimeException">It failed; <see cref="Describe"/> tells why.</exception>
    public IReadOnlyList<PSObject> Invoke(CommandInfo command, params (string Name, object? Value)[] parameters)
    {
        var splatted = new Hashtable(StringComparer.OrdinalIgnoreCase) { ["ErrorAction"] = ActionPreference.Stop };
        foreach (var (name, value) in parameters)
        {
            if (value is not null)
            {
                splatted[name] = value;
            }
        }

        foreach (var name in new[] { "Confirm", "WhatIf" })
        {
            if (command.Parameters?.ContainsKey(name) == true)
            {
                splatted[name] = false;
            }
        }

        return Run("param($command, $parameters) try { & $command @parameters } catch { throw }", command, splatted);
    }

    /// <summary>Calls a method of what a command wrote. Whatever it throws is thrown.</summary>
    /// <param name="target">The object.</param>
    /// <param name="name">The name of the method.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <exception cref="RuntimeException">It failed; <see cref="Describe"/> tells why.</exception>
    public void InvokeMethod(PSObject target, string name, params object[] arguments)
        => Run("param($target, $name, $arguments) try { $null = $target.PSObject.Methods[$name].Invoke($arguments) } catch { throw }", target, name, arguments);

    /// <summary>
    /// In a try, an error that ends a command is thrown, and does not only skip a line. The preference is for functions that
    /// take no ErrorAction.
    /// </summary>
    private IReadOnlyList<PSObject> Run(string script, params object[] arguments)
        => [.. caller.InvokeCommand.NewScriptBlock(script)
            .InvokeWithContext(null, [new PSVariable("ErrorActionPreference", ActionPreference.Stop)], arguments).OfType<PSObject>()];

    /// <summary>Whether an exception is a failure of the command, rather than the end of the caller's pipeline.</summary>
    public static bool IsFailure(Exception e) => e is RuntimeException and not PipelineStoppedException;

    /// <summary>The error in the command's own words.</summary>
    public static ErrorRecord Describe(Exception e) => ((RuntimeException)e).ErrorRecord;

    /// <summary>A property as text, also of what only knows its text; empty when there is none.</summary>
    public static string Text(PSObject source, string name) => source.Properties[name]?.Value?.ToString() ?? string.Empty;

    /// <summary>A property as texts, of a list or of one value.</summary>
    public static IReadOnlyList<string> Texts(PSObject source, string name)
        => Plain(source, name) switch
        {
            null => [],
            string text => text.Length == 0 ? [] : [text],
            IEnumerable many => [.. many.Cast<object?>().Select(v => v?.ToString()).OfType<string>()],
            _ => [Text(source, name)],
        };

    /// <summary>A property as truth value; false when there is none.</summary>
    public static bool IsTrue(PSObject source, string name) => string.Equals(Text(source, name), bool.TrueString, StringComparison.OrdinalIgnoreCase);

    /// <summary>A property as a moment; null when there is none or it cannot be read.</summary>
    public static DateTimeOffset? Time(PSObject source, string name)
        => Plain(source, name) switch
        {
            DateTime time => new DateTimeOffset(time.ToUniversalTime()),
            DateTimeOffset time => time,
            string text when DateTimeOffset.TryParse(text, CultureInfo.CurrentCulture, DateTimeStyles.AssumeLocal, out var time) => time,
            _ => null,
        };

    /// <summary>A property as it is, without PowerShell's wrapping; null when there is none.</summary>
    public static object? Plain(PSObject source, string name)
        => source.Properties[name]?.Value is var value && value is PSObject wrapped ? wrapped.BaseObject : value;
}
